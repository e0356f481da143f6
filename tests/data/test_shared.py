"""Batches come from this process where others could not hand theirs over."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnlab.data import shared
from rnnlab.data.batching import BucketSampler
from rnnlab.data.loader import make_loader
from rnnlab.data.shared import fitting_workers, has_shared_memory

REST = "batches are loaded in one process, as with data.num_workers=0"


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    has_shared_memory.cache_clear()
    yield
    has_shared_memory.cache_clear()


@pytest.fixture
def none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no semaphore can be made."""

    def fails() -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(shared, "get_context", lambda: SimpleNamespace(Lock=fails))


def test_without_shared_memory_it_is_said_once_and_one_process_loads(none, caplog):
    with caplog.at_level(logging.INFO, logger="rnnlab"):
        loader = make_loader(torch.arange(8), BucketSampler(np.ones(8), 2), num_workers=2)
        assert fitting_workers(3) == 0
    assert loader.num_workers == 0
    text = f"note: /dev/shm cannot be used (Read-only file system): {REST}"
    assert [record.getMessage() for record in caplog.records] == [text]
    assert len(next(iter(loader))) == 2


def test_one_that_is_nearly_full_counts_as_none(monkeypatch, caplog, tmp_path):
    monkeypatch.setattr(shared, "PLACE", str(tmp_path))
    monkeypatch.setattr(os, "statvfs", lambda place: SimpleNamespace(f_bavail=1, f_frsize=4096))
    with caplog.at_level(logging.INFO, logger="rnnlab"):
        assert fitting_workers(2) == 0
    assert caplog.records[0].getMessage() == f"note: {tmp_path} is nearly full: {REST}"


def test_nothing_is_asked_where_no_process_is_wanted(monkeypatch):
    monkeypatch.setattr(shared, "get_context", lambda: pytest.fail("asked"))
    assert fitting_workers(0) == 0


def test_where_there_is_some_the_processes_load(monkeypatch, tmp_path):
    monkeypatch.setattr(shared, "PLACE", str(tmp_path / "none"))  # as on systems without the folder
    assert fitting_workers(2) == 2
