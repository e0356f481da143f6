"""Sweeps as their workers leave them, for tests of what comes out of them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rnnlab.sweep.folder import SweepFolder

from .written import Sweep


@pytest.fixture
def sweep(tmp_path) -> Callable[..., Sweep]:
    """A function from fields of the spec to a sweep under `outputs/sweeps`."""
    return lambda name="mine", **fields: Sweep(tmp_path / "outputs" / "sweeps" / name, **fields)


@pytest.fixture
def small(sweep) -> Sweep:
    """Three settings: finished, better and failed; one that is still to be tried."""
    made = sweep()
    made.try_out({"model": "gru", "optimizer.lr": 0.01}, 0.6)
    made.try_out({"model": "lstm", "optimizer.lr": 0.001, "model.num_layers": 2}, 0.7)
    made.try_out({"model": "gru", "optimizer.lr": 0.1}, "RuntimeError: diverged")
    return made


@pytest.fixture
def older(tmp_path) -> Callable[[Sequence[dict[str, Any]]], SweepFolder]:
    """A function from result.json fields to a folder as sweeps left it before they had ledgers."""

    def make(results: Sequence[dict[str, Any]]) -> SweepFolder:
        path = tmp_path / "outputs" / "sweeps" / "older"
        for number, fields in enumerate(results):
            (path / str(number)).mkdir(parents=True)
            plain = {"status": "finished", "task": "tweets", "seconds": 61.0, "metrics": {}}
            plain["overrides"] = ["task=tweets", f"model={'gru' if number % 2 else 'lstm'}"]
            (path / str(number) / "result.json").write_text(json.dumps(plain | fields))
        return SweepFolder(path)

    return make
