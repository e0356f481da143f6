"""Places that cannot be written are told before a sweep starts, and nothing is left there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.check_storage import check_storage


def test_what_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    check_storage(None)
    check_storage(f"sqlite:///{tmp_path}/new.db")
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(tmp_path / "old.db").close()
    check_storage(f"sqlite:///{tmp_path}/old.db")


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("here", "must be a database's address"),
        ("sqlite://", "kept in memory"),
        ("sqlite:////nowhere/at/all.db", "/nowhere/at is not a writable folder"),
        ("oracle+nothing://host/name", "cannot be opened|needs the package"),
        ("sqlite:///{tmp}/text.db", "cannot be opened: .*not a database"),
    ],
)
def test_what_is_no_storage_is_refused(tmp_path: Path, address: str, rule: str) -> None:
    (tmp_path / "text.db").write_text("no database at all " * 100, encoding="utf-8")
    with pytest.raises(SettingError, match=rule) as caught:
        check_storage(address.replace("{tmp}", str(tmp_path)))
    assert caught.value.setting == "sweep.storage"


def test_a_database_that_does_not_answer() -> None:
    pytest.importorskip("psycopg2", reason="the driver is the user's choice")
    with pytest.raises(SettingError, match="cannot be opened"):
        check_storage("postgresql://nobody@127.0.0.1:1/none")
