"""The race: its plan, what it measures of a peer, what it does with one that fails, and its page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lanes
import page
import pytest
import results
from environment import InstallError, python_of
from lanes import PEERS, all_tasks, chosen, user_lines
from results import Race, Step, file_of, result_of, run_step, steps
from scores import at_mark, reached
from table import race_table, rows_of
from verdict import verdicts

from rnnlab.errors import SettingError

from .race_peers import peer, task

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(PEERS))
import protocol  # noqa: E402


@pytest.fixture
def race(tmp_path: Path) -> Race:
    return Race(tmp_path / "race", True, 1)


def trained(race: Race, *peers: Any, use: bool = False) -> list[dict[str, Any]]:
    """Run the peers in one task and return the results of all steps."""
    own = task(*peers)
    planned = steps([(own, one) for one in peers], 1, 1 if use else 0)
    return [run_step(race, step) for step in planned]


def test_rounds_go_around_the_peers_and_begin_one_later_each(tmp_path):
    one, two = peer(tmp_path, "one"), peer(tmp_path, "two")
    own = task(one, two)
    named = [str(step) for step in steps([(own, one), (own, two)], 1, 2)]
    assert named[:2] == ["small one train 1", "small two train 1"]
    assert named[2:4] == ["small one use 1", "small two use 1"]
    assert named[4:] == ["small two use 2", "small one use 2"]


def test_marks_follow_the_minutes(tmp_path):
    own = task(peer(tmp_path, "one"))
    assert Race(tmp_path, False, 1).marks(own) == (0.05, 60.0)
    assert Race(tmp_path, False, 1, minutes=0.5).marks(own) == (0.05, 30.0)
    assert Race(tmp_path, False, 1, minutes=2).marks(own) == (0.05, 60.0, 120.0)


def test_a_cap_shortens_the_budgets_beyond_it(tmp_path):
    own = task(peer(tmp_path, "one"))
    assert Race(tmp_path, False, 1, cap=40.0).marks(own) == (0.05, 40.0)
    assert Race(tmp_path, False, 1, cap=60.0).marks(own) == (0.05, 60.0)
    assert Race(tmp_path, False, 1, cap=90.0).marks(own) == (0.05, 60.0)
    assert Race(tmp_path, False, 1, cap=0.06).marks(own) == (0.06,)


def test_a_peer_is_measured_from_outside(race, tmp_path):
    train, use = trained(race, peer(tmp_path, "one", before="time.sleep(1)"), use=True)  # memory is looked at
    assert train["status"] == "ok"
    first, last = train["evaluations"]
    assert (first["validation"]["accuracy"], first["test"]["accuracy"]) == (0.5, 0.25)
    assert (last["validation"]["accuracy"], last["test"]["accuracy"]) == (1.0, 0.75)
    assert first["marks"] == [0.05]
    assert last["marks"] == [60.0]
    assert last["final"]
    assert 0 < first["at"] <= last["at"] < train["seconds"]
    assert train["memory"] > 2**20
    assert train["extra"] == {"idle": 0.25}
    assert train["user_lines"] == 1
    assert use["status"] == "ok"
    assert len(use["single"]) == 200
    assert 0 < use["start"] < use["seconds"]
    assert use["rate"] > 0


def test_the_best_on_validation_counts_whatever_the_test_says(race, tmp_path):
    result = trained(race, peer(tmp_path, "one", first=("ab", "a"), last=("a", "b")))[0]
    own = task()
    counted = at_mark(own, result["evaluations"], 60.0)
    assert counted is not None
    assert counted["test"]["accuracy"] == 0.25
    assert at_mark(own, result["evaluations"], 0.01) is None
    assert reached(own, result["evaluations"], 0.7) == result["evaluations"][1]["at"]
    assert reached(own, result["evaluations"], 0.8) is None


def test_a_peer_that_needs_a_training_for_each_mark(race, tmp_path):
    result = trained(race, peer(tmp_path, "one", once_per_mark=True))[0]
    assert result["status"] == "ok"
    folders = sorted((race.folder / "lanes/small/one/round_1").iterdir())
    assert [folder.name for folder in folders] == ["0.05", "60"]
    assert [json.loads((folder / "train.job.json").read_text())["marks"] for folder in folders] == [
        [0.05],
        [60.0],
    ]


def test_a_peer_that_crashes_is_listed_with_its_error(race, tmp_path):
    crash = "assert number == 0, 'out of ' + 'luck'"
    train, use = trained(race, peer(tmp_path, "one", before=crash), use=True)
    assert train["status"] == "crashed"
    assert "AssertionError: out of luck" in train["error"]
    assert use["status"] == "not trained"
    own = task(peer(tmp_path, "one", before=crash))
    printed = race_table(race, [(own, own.peers[0])], [train, use])
    assert "One; crashed: AssertionError: out of luck" in printed


def test_an_error_names_no_folder_of_the_machine(race, tmp_path):
    from results import FOLDERS

    told = 'File "/data/own/race/env-1/lib/python3.11/site-packages/keras/utils.py", line 3, in load'
    assert FOLDERS.sub("", told) == 'File "site-packages/keras/utils.py", line 3, in load'
    one = peer(tmp_path, "one", before="raise ImportError('no x in (/data/own/lib/site-packages/y.py)')")
    own = task(one)
    step = steps([(own, one)], 1, 0)[0]
    run_step(race, step)
    assert "no x in (site-packages/y.py)" in result_of(race, step)["error"]


def test_predictions_that_do_not_fit_are_an_error(race, tmp_path):
    wrong = "(job.folder / 'test_60.jsonl').mkdir() if number else None"
    assert trained(race, peer(tmp_path, "one", before=wrong))[0]["status"] == "crashed"
    silent = "import sys; sys.exit(0)"
    result = trained(race, peer(tmp_path, "two", before=silent))[0]
    assert result["status"] == "no predictions"
    assert "ended without a prediction" in result["error"]


def test_a_peer_that_does_not_end_is_ended_with_its_children(race, tmp_path, monkeypatch):
    asleep = "import subprocess, sys; sleep = [sys.executable, '-c', 'import time; time.sleep(99)']; "
    asleep += "open('child', 'w').write(str(subprocess.Popen(sleep).pid)); time.sleep(99)"
    start = time.time()
    monkeypatch.setattr(results, "ROOM", 6.0 - 82.0)  # the limit is 6 s: 60 * 1.2 and 2 * 4 * 1.25 are 82
    result = trained(race, peer(tmp_path, "one", before=asleep))[0]
    assert result["status"] == "too late"
    assert time.time() - start < 60
    child = int((race.folder / "lanes/small/one/round_1/60/child").read_text())
    assert not Path(f"/proc/{child}").exists()


def test_memory_is_that_of_the_whole_tree(race, tmp_path):
    hungry = "import subprocess, sys; "
    hungry += (
        "subprocess.run([sys.executable, '-c', 'b = bytearray(300 * 2**20); import time; time.sleep(2)'])"
    )
    result = trained(race, peer(tmp_path, "one", before=f"{hungry} if number else None"))[0]
    assert result["memory"] > 300 * 2**20


def test_a_peer_that_cannot_be_installed_is_listed(race, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("RNNLAB_CACHE_DIR", str(tmp_path / "cache"))
    one, two = peer(tmp_path, "one", requirements=("rnnlab-no-such-thing==1.0",)), peer(tmp_path, "two")
    first, second = trained(race, one, two)
    assert first["status"] == "not installed"
    assert "No matching distribution found for rnnlab-no-such-thing==1.0" in first["error"]
    assert second["status"] == "ok"
    with pytest.raises(InstallError, match="rnnlab-no-such-thing"):
        python_of(("rnnlab-no-such-thing==1.0",))
    own = task(one, two)
    printed = race_table(race, [(own, one), (own, two)], [first, second])
    assert "One; not installed: " in printed
    assert "| Two " in printed


RESUMED = """
import sys
from pathlib import Path
WAIT = "import os; open('pid', 'w').write(str(os.getpid())); time.sleep(2.0)"
sys.path[:0] = {paths}
from results import Race, result_of, run_step, steps
from tests.race_peers import peer, task
folder = Path({folder!r})
one, two = peer(folder, "one"), peer(folder, "two", before=WAIT)
own, race = task(one, two), Race(folder / "race", True, 1)
for step in steps([(own, one), (own, two)], 1, 0):
    if result_of(race, step) is None:
        print(step, flush=True)
        run_step(race, step)
"""


def wait_for(ready: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.time() + seconds
    while not ready():
        assert time.time() < until
        time.sleep(0.02)


def test_a_race_that_was_killed_goes_on_where_it_was(tmp_path):
    paths = [str(ROOT), str(ROOT / "scripts/race"), str(ROOT / "src")]
    command = [sys.executable, "-c", RESUMED.format(paths=paths, folder=str(tmp_path))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "small one train 1\n"
    assert process.stdout.readline() == "small two train 1\n"
    pid = tmp_path / "race/lanes/small/two/round_1/60/pid"
    wait_for(lambda: pid.is_file() and pid.read_text())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_for(lambda: not Path(f"/proc/{pid.read_text()}").exists())  # its peer ends with it
    kept = tmp_path / "race/lanes/small/one/train_1.json"
    before = kept.read_text()
    assert not (tmp_path / "race/lanes/small/two/train_1.json").exists()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "small two train 1\n"
    assert kept.read_text() == before
    assert json.loads((tmp_path / "race/lanes/small/two/train_1.json").read_text())["status"] == "ok"


def test_results_of_another_program_or_other_marks_do_not_count(race, tmp_path):
    one = peer(tmp_path, "one")
    step = Step("train", task(one), one, 1)
    run_step(race, step)
    assert result_of(race, step) is not None
    assert result_of(Race(race.folder, True, 1, minutes=0.5), step) is None
    one.program.write_text(one.program.read_text() + "\n# another\n")
    assert file_of(race, step).is_file()
    assert result_of(race, step) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("# user: begin\na = 1\n\n# why\nb = 2\n# user: end\nc = 3\n", 2),
        ("# user: begin small\na = 1\n# user: end\n# user: begin other\nb = 2\n# user: end\n", 1),
        ("def f():\n    # user: begin\n    a = 1\n    # user: end\n", 1),
    ],
)
def test_lines_of_the_user(tmp_path, text, count):
    (tmp_path / "one.py").write_text(text)
    assert user_lines(tmp_path / "one.py", "small") == count


@pytest.mark.parametrize(
    "text", ["a = 1\n", "# user: begin\na = 1\n", "# user: begin other\na = 1\n# user: end\n"]
)
def test_lines_of_the_user_that_are_not_marked_well(tmp_path, text):
    (tmp_path / "one.py").write_text(text)
    with pytest.raises(SettingError, match="user: begin"):
        user_lines(tmp_path / "one.py", "small")


def job_at(folder: Path, monkeypatch: pytest.MonkeyPatch, started: float, marks: list[float]) -> Any:
    settings = {"task": "small", "files": {}, "settings": {}, "marks": marks, "answer_seconds": 0.2}
    settings |= {"many_seconds": 0.1, "threads": 1, "seed": 1, "folder": str(folder)}
    (folder / "job.json").write_text(json.dumps(settings))
    monkeypatch.setenv("RACE_STARTED", repr(started))
    return protocol.Job(folder / "job.json")


def test_the_clock_stands_still_while_predictions_are_made(tmp_path, monkeypatch):
    job = job_at(tmp_path, monkeypatch, time.time() - 10, [5, 8, 30])
    clock = protocol.Clock(job)
    assert clock.due()

    def slow(split: str) -> list[str]:
        time.sleep(0.3)
        return ["a"]

    clock.mark(slow)
    assert 10 <= clock.seconds() < 10.4
    assert not clock.due()
    clock.mark(slow)  # nothing is due
    clock.mark(slow, final=True)
    lines = [json.loads(line) for line in (tmp_path / "clock.jsonl").read_text().splitlines()]
    assert [(line["marks"], line["final"]) for line in lines] == [([5, 8], False), ([30], True)]
    assert lines[0]["answering"] >= 0.6
    assert not clock.over()
    assert 19 < clock.rest() <= 20


def len_of(texts: list[str]) -> list[int]:
    return [len(texts)] * len(texts)


def test_late_answers_do_not_count(tmp_path, monkeypatch):
    job = job_at(tmp_path, monkeypatch, time.time(), [5])

    def slow(texts: list[str]) -> list[str]:
        time.sleep(0.15)
        return ["a"] * len(texts)

    assert len(protocol.in_time(job, slow, ["x"] * 100, chunk=10)) == 20
    assert len(protocol.in_time(job, slow, ["x"] * 200)) == 32 + 64
    assert len(protocol.in_time(job, len_of, ["x"] * 1000)) == 1000


def test_a_slow_peer_answers_fewer_rows(tmp_path, monkeypatch):
    job = job_at(tmp_path, monkeypatch, time.time() - 3, [5])
    monkeypatch.setattr(protocol, "SINGLE_SECONDS", 0.1)
    asked = []

    def slow(rows: list[int]) -> list[int]:
        asked.append(len(rows))
        time.sleep(0.02 * len(rows))
        return rows

    protocol.use(job, slow, list(range(3000)))
    found = json.loads((tmp_path / "use.json").read_text())
    assert 3 < found["start"] < 10
    assert len(found["single"]) == 10
    assert 20 <= sum(found["single"]) / 10 < 60
    assert 10 < max(asked) <= 50  # of one second, ten times the 0.1 s for many rows
    assert 10 < found["rate"] <= 50


def test_a_page_with_tables_charts_and_errors(race, tmp_path):
    one, two = peer(tmp_path, "one"), peer(tmp_path, "two", before="raise RuntimeError('no luck')")
    own = task(one, two)
    found = trained(race, one, two, use=True)
    pairs = [(own, one), (own, two)]
    page.write_page(race, pairs, found, tmp_path / "docs/race.html")
    written = (tmp_path / "docs/race.html").read_text()
    assert written.count("<table") == 2
    assert written.count("<figure") == 2
    assert "RuntimeError: no luck" in written
    assert json.loads((tmp_path / "docs/race.json").read_text())["results"] == found
    (tmp_path / "race.md").write_text("# Race\n\n<!-- race: begin -->\nold\n<!-- race: end -->\n\nmore\n")
    page.write_into(race, pairs, found, tmp_path / "race.md")
    text = (tmp_path / "race.md").read_text()
    assert text.startswith("# Race\n\n<!-- race: begin -->\n\n")
    assert text.endswith("<!-- race: end -->\n\nmore\n")
    assert "| One" in text
    assert "old" not in text
    assert "cores" in text


def test_a_page_without_results_or_without_marks(race, tmp_path):
    own = task(peer(tmp_path, "one"))
    with pytest.raises(SettingError, match="has no results"):
        page.write_page(race, [(own, own.peers[0])], [], tmp_path / "race.html")
    found = trained(race, own.peers[0])
    (tmp_path / "race.md").write_text("# Race\n")
    with pytest.raises(SettingError, match="race: begin"):
        page.write_into(race, [(own, own.peers[0])], found, tmp_path / "race.md")


def test_late_scores_and_part_of_the_rows_are_said(tmp_path):
    own = task(peer(tmp_path, "one"))
    evaluation = {"marks": [0.05], "at": 12.0, "rows": [20, 40]}
    evaluation |= {"validation": {"accuracy": 0.5}, "test": {"accuracy": 0.75}}
    result = {"task": "small", "peer": "one", "action": "train", "status": "ok", "user_lines": 3}
    result |= {"evaluations": [evaluation], "memory": 2**20}
    printed = race_table(Race(tmp_path, False, 1), [(own, own.peers[0])], [result])
    assert "0.7500, at 12 s, of 20 rows" in printed
    (row,) = rows_of(own, own.peers, [result])
    assert row.lines == 3


def known(name: str, scores: list[tuple[float, float]], **more: Any) -> list[dict[str, Any]]:
    """Results of a training with (seconds, score) as its evaluations, and of answering rows."""
    both = [{"validation": {"accuracy": score}, "test": {"accuracy": score}} for _, score in scores]
    times = [{"marks": [at], "at": at, "rows": [40, 40]} for at, _ in scores]
    base = {"task": "small", "peer": name, "status": "ok", "user_lines": 3}
    found = [{**a, **b} for a, b in zip(times, both, strict=True)]
    train = {**base, "action": "train", "evaluations": found, "memory": 2**30}
    used = {"start": 1.0, "single": [2.0] * 10, "rate": 50.0, "memory": 2**20}
    return [train, {**base, "action": "use", **used, **more}]


def test_where_rnnlab_stands_in_each_column(tmp_path):
    own = task(peer(tmp_path, lanes.OURS), peer(tmp_path, "one"), peer(tmp_path, "two"))
    found = [
        *known(lanes.OURS, [(0.04, 0.6), (50.0, 0.9)], single=[3.0] * 10),
        *known("one", [(0.03, 0.7), (40.0, 0.8)]),
        *known("two", [(0.05, 0.5), (30.0, 0.5)], rate=70.0),
    ]
    race = Race(tmp_path, False, 1)
    assert verdicts(race, own, rows_of(own, own.peers, found)) == [
        "accuracy at 0.05 s: rnnlab 0.6000, 2 of 3; One 0.7000",
        "accuracy at 60 s: rnnlab 0.9000, 1 of 3; One 0.8000",
        "seconds to 0.8000, the best score of the others: rnnlab 50, 2 of 2; One 40",
        "p50 of a row in ms, networks: rnnlab 3, 3 of 3; One 2",
        "rows a second, networks: rnnlab 50, 2 of 3; Two 70",
        "peak memory in MiB: rnnlab 1,024, 1 of 3; One 1,024",
    ]
    assert verdicts(race, own, rows_of(own, own.peers[1:], found)) == []


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(SettingError, match="did you mean tweets"):
        chosen(all_tasks(), ["tweet"], [])
    with pytest.raises(SettingError, match="did you mean keras"):
        chosen(all_tasks(), ["tweets"], ["kera"])


def test_the_peers_of_the_race_are_pinned_marked_and_sourced():
    for own in all_tasks().values():
        assert [one.name for one in own.peers].count(lanes.OURS) == 1
        for one in own.peers:
            assert one.program.is_file()
            assert user_lines(one.program, own.name) > 0
            assert all("==" in line for line in one.requirements), one.name
            assert one.source.startswith("https://") or not one.requirements
            assert "from rnnlab" not in one.program.read_text() or not one.requirements


@pytest.mark.slow
def test_the_plan_and_a_wrong_name_on_the_command_line(tmp_path):
    command = [sys.executable, str(ROOT / "scripts/race.py"), "--folder", str(tmp_path)]
    done = subprocess.run(
        [*command, "--plan", "--minutes", "100"], capture_output=True, text=True, check=True
    )
    assert "imdb rnnlab train 1" in done.stdout
    assert "OVER the 2 h 00 min of it" in done.stdout
    assert not list(tmp_path.iterdir())
    done = subprocess.run([*command, "--plan"], capture_output=True, text=True, check=True)
    assert "OVER" not in done.stdout
    wrong = subprocess.run([*command, "--tasks", "imbd"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: --tasks=imbd: must be a task of the race\ndid you mean imdb?")
