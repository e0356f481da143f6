"""Sweeps of the race: what is read out of events and of a ledger, and what a kill costs."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest
import sweeps
from lanes import user_lines
from sweep_events import Killed, attempts_of_events, ended, measured, reached


def event(at: float, trial: int, name: str, pid: int = 1, accuracy: float | None = None) -> dict[str, Any]:
    return {"time": at, "trial": trial, "event": name, "pid": pid, "accuracy": accuracy, "epoch": 0}


TWO_WORKERS = [
    event(110, 0, "start", 1),
    event(110, 1, "start", 2),
    event(112, 1, "epoch", 2, 0.6),
    event(114, 0, "epoch", 1, 0.5),
    event(114, 1, "pruned", 2),
    event(118, 0, "epoch", 1, 0.8),
    event(119, 0, "end", 1, 0.8),
    event(119, 2, "start", 2),
    event(120, 2, "epoch", 2, 0.7),
]


def test_a_training_is_over_when_it_ended_or_was_pruned():
    found = {one.trial: one for one in attempts_of_events(TWO_WORKERS)}
    assert ended(list(found.values())) == {0, 1}
    assert (found[0].busy, found[1].busy, found[2].busy) == (9, 4, 1)
    assert found[0].scores == ((114, 0.5), (118, 0.8))
    assert not found[2].ended


def test_idle_is_what_the_workers_did_not_train():
    told = measured(attempts_of_events(TWO_WORKERS), trials=4, workers=2, begun=100, end=120)
    assert told["seconds"] == 20
    assert told["idle"] == pytest.approx(1 - 14 / 40)
    assert told["missing"] == 2  # one was cut off, one never began
    assert told["course"] == [(12, 0.6), (18, 0.8)]
    assert reached(told, 0.6) == 12
    assert reached(told, 0.7) == 18
    assert math.isnan(reached(told, 0.9))


def test_a_kill_costs_what_is_trained_again_or_never():
    after = [event(130, 1, "start", 7), event(131, 1, "end", 7, 0.6), event(131, 2, "start", 7)]
    after += [event(135, 2, "end", 7, 0.7)]
    killed = Killed(121, frozenset({0, 1}))
    told = measured(attempts_of_events([*TWO_WORKERS, *after]), 4, 2, 100, 140, killed)
    assert (told["ended_before"], told["repeated"], told["missing"]) == (2, 1, 1)
    assert told["trainings"] == 5


def test_all_libraries_are_given_the_same_settings():
    found = sweeps.trials(40)
    assert len({tuple(one.items()) for one in found}) == 40
    assert sweeps.trials(40)[:5] == found[:5] == sweeps.trials(5)
    assert {one["model.hidden_size"] for one in found} == {16, 32, 48, 64, 80, 96}
    assert all(3e-4 <= one["optimizer.lr"] <= 3e-2 and one["model.dropout"] <= 0.5 for one in found)
    for peer in sweeps.peers():
        assert user_lines(peer.program, "sweep") > 5
        names = [line.partition("==")[0].lower() for line in peer.requirements]
        assert len(set(names)) == len(names)


@pytest.mark.long
@pytest.mark.parametrize("name", ["rnnlab", "optuna"])
def test_a_sweep_that_is_killed_goes_on(tmp_path, monkeypatch, name):
    """Both run in the Python of the tests, which has Optuna."""
    monkeypatch.setattr(sweeps.environment, "python_of", lambda requirements: sys.executable)
    (peer,) = (one for one in sweeps.peers() if one.name == name)
    job = {"base": sweeps.BASE, "trials": sweeps.trials(3), "workers": 1, "epochs": 1}
    told = sweeps.sweep(peer, tmp_path / "sweep", job, kill=1)
    assert told["ended_before"] >= 1
    assert told["repeated"] <= (0 if name == "rnnlab" else 1)  # Optuna may train again what had just ended
    assert 0 < told["idle"] < 1
    assert told["course"][-1][1] > 0.1
    assert told["missing"] <= (0 if name == "rnnlab" else 1)  # Optuna loses what was running
