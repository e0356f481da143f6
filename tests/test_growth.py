"""scripts/growth.py: what is measured, kept and shown, at sizes that take moments."""

from __future__ import annotations

import csv
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"


@pytest.fixture(autouse=True)
def _scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield
    for name in [name for name in sys.modules if name == "growth" or name.startswith("growing")]:
        del sys.modules[name]


@pytest.fixture
def run_growth(monkeypatch, tmp_path, capsys):
    """run_growth(*arguments) -> exit code and what it printed; it works in a folder of its own."""

    def run(*arguments):
        import growth

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["growth.py", *map(str, arguments)])
        code = growth.main()
        return code, capsys.readouterr().out

    return run


def test_a_slope_is_the_exponent_at_the_largest_sizes():
    from growing.results import Curve

    costs = {10.0: {"a": 9.0, "b": 1.0}, 100.0: {"a": 10.0, "b": 0.0}, 1000.0: {"a": 1000.0, "c": 4.0}}
    curve = Curve("part", "rows", costs)
    assert curve.slope("a") == pytest.approx(2)
    assert curve.slope("b") is None
    assert curve.slope("c") is None


def test_texts_are_real_lines_of_the_wanted_size_and_the_same_each_time(tmp_path):
    from growing.materials import real_lines, write_text

    for name in "ab":
        write_text(tmp_path / name, 300_000)
    text = (tmp_path / "a").read_bytes()
    assert text == (tmp_path / "b").read_bytes()
    assert 300_000 <= len(text) < 300_000 + max(len(line.encode()) for line in real_lines()) + 1
    lines = text.decode().splitlines()
    known = set(real_lines())
    assert 0.9 < sum(line in known for line in lines) / len(lines) < 1  # the others have new words


def test_rows_are_as_many_as_wanted(tmp_path):
    from growing.materials import write_rows

    write_rows(tmp_path / "rows.csv", 25_000, labels=True)
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 25_000
    assert {row["label"] for row in rows} == {"no", "yes"}
    assert all(row["text"] for row in rows)


def test_made_runs_are_listed_as_runs(tmp_path):
    from growing.materials import write_runs

    from rnnlab.run.folder.listing import list_runs

    write_runs(tmp_path, 7)
    rows = list_runs(tmp_path)
    assert len(rows) == 7
    assert {row["model"] for row in rows} == {"gru", "lstm", "bilstm"}
    assert all(row["status"] == "finished" and len(row["metrics"]) == 13 for row in rows)


def test_memory_is_that_of_all_processes_together(tmp_path):
    from growing.measure import run

    code = "import subprocess, sys\n"
    inner = "import time; held = bytearray(b'1') * 60_000_000; time.sleep(1.5)"
    one, both = (
        run([sys.executable, "-c", text], tmp_path)
        for text in (
            inner,
            f"held = bytearray(b'1') * 60_000_000\n{code}subprocess.run([sys.executable, '-c', {inner!r}])",
        )
    )
    assert 60e6 < one.memory < 110e6
    assert 120e6 < both.memory < 300e6
    assert 0 < one.cpu < one.seconds


def test_a_command_that_fails_is_an_error_with_its_last_words(tmp_path):
    from growing.measure import Failed, run

    with pytest.raises(Failed, match=r"exit code 3\nlast words"):
        run([sys.executable, "-c", "print('last words'); raise SystemExit(3)"], tmp_path)


def test_what_was_measured_is_kept_and_not_measured_again(run_growth, monkeypatch, tmp_path):
    from growing.parts import Part, parts

    counted = itertools.count(1)
    parts()["runs"] = Part(
        "run folders", (10, 100), (1,), lambda size, folder: {"seconds": size * next(counted)}
    )
    code, printed = run_growth("runs", "--out", "found/g.json")
    assert code == 0
    assert "| runs (run folders) | seconds | 10: 10, 100: 200 | 1.30 |" in " ".join(printed.split())
    found = json.loads((tmp_path / "found" / "g.json").read_text())
    assert found["runs"]["costs"] == {"10": {"seconds": 10}, "100": {"seconds": 200}}
    assert (tmp_path / "found" / "g.png").stat().st_size > 5000
    run_growth("runs", "--sizes", "100,1000", "--out", "found/g.json")
    assert next(counted) == 4
    assert run_growth("--show", "--out", "found/g.json")[1].count("1000: 3000") == 1
    run_growth("runs", "--quick", "--again", "--out", "found/g.json")
    assert next(counted) == 6


def test_a_part_that_fails_leaves_the_others(run_growth, tmp_path):
    from growing.measure import Failed
    from growing.parts import Part, parts

    def fail(size, folder):
        raise Failed("it broke")

    parts()["runs"] = Part("run folders", (1,), (1,), fail)
    parts()["board"] = Part("run folders", (2,), (2,), lambda size, folder: {"seconds": 1.0})
    code, printed = run_growth("runs", "board")
    assert code == 1
    assert "board" in printed
    assert not list(tmp_path.glob("growth-*"))


def test_an_unknown_part_is_an_error(run_growth, capsys):
    with pytest.raises(SystemExit) as ended:
        run_growth("bord")
    assert ended.value.code == 2
    assert "no part bord: choose from text-char" in capsys.readouterr().err


STOPPED = """
import sys, time
import growth
from growing.measure import run
from growing.parts import Part, parts

INNER = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print(os.getpid(), file=open({!r}, 'w')); time.sleep(600)"
)
OUTER = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}])"

def measure(size, folder):
    if size > 1:
        inner = INNER.format(str(folder.parent / "inner"))
        run([sys.executable, "-c", OUTER.format(inner)], folder)
    return {"seconds": size}

parts()["runs"] = Part("run folders", (1, 2, 3), (1,), measure)
sys.exit(growth.main())
"""


def gone(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_keeps_what_was_measured_ends_the_children_and_clears_the_work_folder(tmp_path, number):
    (tmp_path / "growth-999999999-left").mkdir()  # of a process that was killed
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SCRIPTS), *filter(None, sys.path)])}
    command = [sys.executable, "-c", STOPPED, "runs", "--work", str(tmp_path), "--out", "g.json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        pid = tmp_path / "inner"
        for _ in range(1000):
            if pid.is_file() and pid.read_text().strip():
                break
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert f"stopped by {number.name}; g.json keeps what was measured" in errors
    assert json.loads((tmp_path / "g.json").read_text())["runs"]["costs"] == {"1": {"seconds": 1}}
    assert gone(int(pid.read_text()))
    assert not list(tmp_path.glob("growth-*"))


@pytest.mark.long
@pytest.mark.parametrize(
    "part", ["text-char", "text-bpe", "predict", "report", "runs", "board", "sweep", "length"]
)
def test_each_part_is_measured_at_small_sizes(run_growth, part):
    code, printed = run_growth(part, "--quick", "--out", "g.json")
    assert code == 0
    assert f"| {part} (" in printed


@pytest.mark.long
def test_memory_from_text_to_the_first_step_does_not_grow_with_the_text(run_growth, tmp_path):
    run_growth("text-char", "--sizes", "0.03,0.12", "--out", "g.json")
    small, large = json.loads((tmp_path / "g.json").read_text())["text-char"]["costs"].values()
    assert large["memory, GB"] < small["memory, GB"] + 0.2  # a list of its ids would take 0.7 more
    assert large["cache, of the ids"] < 1.01
