"""The journal: whole lines only, one writer at a time, whatever is killed."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.storages import JournalStorage

from rnnlab.run.study.journal import BLOCK, Journal


def test_what_is_appended_is_read_from_any_place_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "log")
    journal.append_logs([{"a": 1}, {"a": 2}])
    events, place = journal.after(0)
    journal.append_logs([{"a": 3}])
    assert events == [{"a": 1}, {"a": 2}]
    assert journal.after(place)[0] == [{"a": 3}]


@given(torn=st.integers(1, 3 * BLOCK))
def test_a_line_that_was_not_finished_is_not_read_and_the_next_writer_cuts_it_off(
    torn: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "log"
    journal = Journal(path)
    journal.append_logs([{"a": 1}])
    with path.open("ab") as file:
        file.write(b'{"b": "' + b"x" * torn)
    assert journal.after(0)[0] == [{"a": 1}]
    journal.append_logs([{"a": 2}])
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"a": 1}, {"a": 2}]


def test_optuna_reads_on_behind_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "study"
    study = optuna.create_study(storage=JournalStorage(Journal(path)), study_name="s")
    study.tell(study.ask(), 1.0)
    with path.open("ab") as file:
        file.write(b'{"op_code": 4, "wor')
    again = optuna.load_study(storage=JournalStorage(Journal(path)), study_name="s")
    again.tell(again.ask(), 2.0)
    third = optuna.load_study(storage=JournalStorage(Journal(path)), study_name="s")
    assert [trial.value for trial in third.trials] == [1.0, 2.0]


def test_nothing_stays_of_a_write_that_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "log")
    journal.append_logs([{"a": 1}])

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="No space"):
            journal.append_logs([{"a": 2}])
    journal.append_logs([{"a": 3}])
    assert journal.after(0)[0] == [{"a": 1}, {"a": 3}]


def count_up(path: Path, times: int) -> None:
    journal = Journal(path)
    for _ in range(times):
        journal.append(lambda: [{"n": len(journal.after(0)[0])}])


def test_what_is_decided_from_the_log_is_decided_by_one_process_at_a_time(tmp_path: Path) -> None:
    Journal(tmp_path / "log")
    processes = [multiprocessing.Process(target=count_up, args=(tmp_path / "log", 25)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [event["n"] for event in Journal(tmp_path / "log").after(0)[0]] == list(range(100))
