"""A ledger that was lost, cut off or mixed up is found out, and made again from what is there."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from rnnlab.cli import main
from rnnlab.errors import UserError
from rnnlab.run.folder.lock import FolderLock
from rnnlab.run.study.storage import FILE, create_study
from rnnlab.sweep.end import keep_longer, leave
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.known import remember_sweep
from rnnlab.sweep.ledger.events import Event
from rnnlab.sweep.ledger.ledger import BrokenLedger, Ledger
from rnnlab.sweep.ledger.rebuild import keep_broken, rebuild
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.ledger.trouble import check_ledger
from rnnlab.sweep.outcome.files import write_jobs_csv
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.resume import go_on, take_up
from rnnlab.sweep.space.search_space import Dimension, Space
from rnnlab.sweep.spec import grid_jobs

from ..test_resume import config
from ..written import START

GRID = Space(
    (
        Dimension("model", "choice", ("gru", "lstm")),
        Dimension("data.batch_size", "choice", ("8", "16")),
    )
)
ENDS: tuple[Any, ...] = (0.4, "ValueError: wrong", 0.7)  # the last job of four still runs


@pytest.fixture(autouse=True)
def own_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this user has started is remembered beside the test."""
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "own"))


def played(sweep: Any, sampler: str, **fields: Any) -> Any:
    """A sweep of four jobs, three of which have ended."""
    space = {"space": GRID, "trials": None} if sampler == "grid" else {"trials": 4}
    made = sweep(sampler=sampler, identity="one", **{**space, **fields})
    create_study(made.folder.path, made.spec.name, made.spec.directions, None)
    remember_sweep(made.folder)
    if sampler == "grid":
        made.ledger.add_trials(grid_jobs(made.spec))
    desk = JobBroker(made.folder, made.spec, "w", made.clock)
    for end in (*ENDS, None):
        row = desk.take()
        assert row is not None
        write_run(made, row, end)
        made.clock.now += 60
        if isinstance(end, str):
            desk.finish(row, Outcome("failed", error=end, cause="error", failed=True))
        elif end is not None:
            desk.finish(row, Outcome("finished", (end,)))
    return made


def write_run(made: Any, row: Row, end: Any) -> None:
    folder = made.folder.job(row.number)
    folder.mkdir()
    (folder / "config.yaml").write_text("trainer: {max_epochs: 4}\n")
    result: dict[str, Any] = {"status": "running", "metrics": {}, "seconds": 60.0}
    result["sweep"] = {"name": "mine", "number": row.number, "trial": row.trial}
    result["overrides"] = [*made.spec.overrides, *row.overrides]
    if isinstance(end, str):
        result |= {"status": "failed", "error": end, "cause": "error"}
    elif end is not None:
        result |= {"status": "finished", "metrics": {"val/macro_recall": end}}
    (folder / "result.json").write_text(json.dumps(result))


def told(made: Any) -> list[tuple[Any, ...]]:
    """What a sweep is about: not who did it, nor when."""
    rows = Ledger(made.folder).sync().rows
    parts = ("number", "trial", "overrides", "values", "objective", "error", "cause")
    return [(*(asdict(row)[part] for part in parts), row.state.replace("running", "waiting")) for row in rows]


def damage(made: Any, what: str) -> bytes:
    """Of the ledger what is left then."""
    if DAMAGE[what] is None:
        made.folder.ledger.unlink()
        return b""
    made.folder.ledger.write_text(DAMAGE[what](made.folder.ledger.read_text().splitlines(keepends=True)))
    left: bytes = made.folder.ledger.read_bytes()
    return left


FOREIGN = '{"op":"sweep","id":"two"}\n'
DAMAGE: dict[str, Any] = {  # what is said, and what is left of the lines of a ledger
    "is missing": None,
    "is empty": lambda whole: "",
    "cannot be read: ": lambda whole: "".join([*whole[:3], whole[3][:10] + "\n", *whole[4:]]),
    "has lost its first lines": lambda whole: '{"op":"go","t":1.0}\n',
    "lost lines": lambda whole: "".join(whole[:3]),
    "belongs to another sweep": lambda whole: FOREIGN,
    "it has lines of another sweep": lambda whole: "".join([*whole, FOREIGN]),
    "cannot be read: list index": lambda whole: "".join([*whole, '{"op":"claim","job":9,"w":"w","t":1}\n']),
    "cannot be read: 'bogus'": lambda whole: "".join([*whole, '{"op":"bogus"}\n']),
}


@pytest.mark.parametrize("sampler", ["grid", "tpe"])
@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_ledger_is_named_and_made_again(sweep: Any, capsys: Any, sampler: str, what: str) -> None:
    made = played(sweep, sampler)
    before, studies = told(made), [trial.study for trial in Ledger(made.folder).sync().trials]
    table = made.folder.path / "jobs.csv"
    write_jobs_csv(read_record(made.folder), table)
    text = table.read_text()
    left = damage(made, what)

    for command in ("status", "show", "cancel"):
        assert main(["sweep", command, str(made.folder.path)]) == 2
        error = capsys.readouterr().err
        assert what in error
        assert error.rstrip().endswith(f"python train.py -m sweep.resume={made.folder.path}")
        assert error.count("\n") == 2
    assert table.read_text() == text

    lock = FolderLock()
    go_on([], config(made), lock)
    lock.release()
    said = capsys.readouterr().out
    assert what in said
    assert "it was rebuilt from the run folders: 4 jobs, 2 finished, 0 pruned, 1 failed, 1 waiting" in said
    assert told(made) == before
    if sampler != "grid":
        assert [trial.study for trial in Ledger(made.folder).sync().trials] == studies
    kept = made.folder.path / "ledger.broken.jsonl"
    assert (kept.read_bytes() if kept.exists() else b"") == left
    assert keep_longer(table, len(read_record(made.folder).rows)) == []


def test_a_line_that_a_kill_tore_is_no_damage(sweep: Any) -> None:
    made = played(sweep, "random")
    before = told(made)
    with made.folder.ledger.open("a") as file:
        file.write('{"op":"end","job":3,"sta')
    check_ledger(made.folder, made.spec)
    assert told(made) == before


@pytest.mark.parametrize("content", [None, b"", b"{\n", b'{"op_code": 0}\n', b"\x00\xff\n"])
@pytest.mark.parametrize("sampler", ["grid", "tpe"])
def test_a_lost_study_is_made_again_from_the_ledger(
    sweep: Any, capsys: Any, sampler: str, content: bytes | None
) -> None:
    made = played(sweep, sampler)
    take_up(made.folder, made.spec, retry_failed=False)
    assert capsys.readouterr().out == ""
    before = [
        (t.number, t.state, t.params, t.values) for t in JobBroker(made.folder, made.spec, "r").study.trials
    ]
    made.folder.study.unlink() if content is None else made.folder.study.write_bytes(content)
    take_up(made.folder, made.spec, retry_failed=False)
    assert "study.jsonl had lost trials: made again from the ledger" in capsys.readouterr().out
    after = [
        (t.number, t.state, t.params, t.values) for t in JobBroker(made.folder, made.spec, "r").study.trials
    ]
    assert after == before
    assert len(after) == 4


def test_without_a_study_the_run_folders_tell_the_settings(sweep: Any) -> None:
    made = played(sweep, "random")
    before = told(made)
    (made.folder.path / FILE).unlink()
    made.folder.ledger.unlink()
    rebuild(made.folder, made.spec)
    assert told(made) == before


def test_a_setting_that_nothing_tells_is_refused_and_nothing_is_written(sweep: Any) -> None:
    made = played(sweep, "random")
    (made.folder.path / FILE).unlink()
    shutil.rmtree(made.folder.job(1))
    made.folder.ledger.write_text("")
    with pytest.raises(UserError, match=r"the setting of trial 1 is .* neither in study\.jsonl nor"):
        rebuild(made.folder, made.spec)
    assert made.folder.ledger.read_text() == ""


def test_results_stay_where_run_folders_are_gone(sweep: Any) -> None:
    made = played(sweep, "random")
    before = told(made)
    for number in range(3):
        shutil.rmtree(made.folder.job(number))
    record = read_record(made.folder)
    assert told(made) == before
    assert [row.objective for row in record.rows[:3]] == [(0.4,), None, (0.7,)]
    assert leave(record)[0]


def test_a_table_is_never_replaced_by_a_shorter_one_without_a_word(small: Any) -> None:
    leave(read_record(small.folder))
    table = small.folder.path / "jobs.csv"
    longer = table.read_text() + "9,9,finished\n"
    table.write_text(longer)
    notes = leave(read_record(small.folder))[1]
    assert "jobs.csv had 4 jobs and has 3 now: the old one is jobs.before.csv" in notes
    assert table.with_name("jobs.before.csv").read_text() == longer


def test_a_ledger_that_is_emptied_while_it_is_read_is_found_out(small: Any) -> None:
    ledger = Ledger(small.folder).sync()
    small.folder.ledger.write_text("")
    with pytest.raises(BrokenLedger, match=r"ledger\.jsonl cannot be read: it has lost lines that"):
        ledger.sync()


def test_half_a_batch_is_remembered(sweep: Any) -> None:
    made = played(sweep, "random")
    path: Path = made.folder.job(0) / "result.json"
    result: Event = json.loads(path.read_text())
    result["overrides"].append("data.batch_size=8")
    path.write_text(json.dumps(result))
    made.folder.ledger.unlink()
    rebuild(made.folder, made.spec)
    row = Ledger(made.folder).sync().rows[0]
    assert (row.more, row.attempts, round(row.seconds)) == (("data.batch_size=8",), 1, 60)
    assert row.ended is not None
    assert row.ended > START


@pytest.mark.parametrize("text", ["a: [", "[]", "", "name: x\n", "\x00"])
def test_a_broken_spec_is_one_error(small: Any, capsys: Any, text: str) -> None:
    small.folder.spec.write_text(text)
    assert main(["sweep", "status", str(small.folder.path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {small.folder.spec} ")
    assert error.count("\n") == 1


def test_a_kept_file_replaces_no_earlier_one(tmp_path: Path) -> None:
    path, earlier = tmp_path / "ledger.jsonl", tmp_path / "ledger.broken1.jsonl"
    earlier.write_text("first")
    for content, name in (("second", "ledger.broken.jsonl"), ("third", "ledger.broken2.jsonl")):
        path.write_text(content)
        assert keep_broken(path) == f"; the old one is {name}"
        assert (tmp_path / name).read_text() == content
    assert earlier.read_text() == "first"
    path.write_text("")
    assert keep_broken(path) == ""
    assert not path.exists()
