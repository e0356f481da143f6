"""Grids of the atlas: order, differences, tuning curves, text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rnnlab.sweep.atlas.entry import Entry, Seed, Try
from rnnlab.sweep.atlas.grid import grids_of, text_of, tuning_curve
from rnnlab.sweep.atlas.read import read_atlas

from .made import run_all


def entry(model: str = "lstm", accuracies: tuple[float, ...] = (1.0, 0.9), **more: Any) -> Entry:
    seeds = tuple(Seed(n + 2, {"test/accuracy_20": value}) for n, value in enumerate(accuracies))
    plain: dict[str, Any] = {
        "probe": "parity",
        "budget": "laptop",
        "matched": "",
        "longest": 20,
        "lengths": (20,),
    }
    return Entry(**{**plain, "model": model, "seeds": seeds, "tries": (), **more})


def test_models_are_ordered_by_their_mean_above_chance() -> None:
    chance = {"20": 0.5}
    made = [entry("gru", (0.6, 0.6), chance=chance), entry("lstm", (1.0, 0.9), chance=chance)]
    (grid,) = grids_of(made)
    assert grid.models == ("lstm", "gru")
    assert grid.mean("lstm") == pytest.approx(0.9)
    assert grid.mean("gru") == pytest.approx(0.2)


def test_a_model_with_a_harder_probe_more_is_compared_on_the_shared_ones() -> None:
    chance = {"20": 0.5}
    made = [entry("gru", (0.9, 0.9), chance=chance), entry("lstm", (1.0, 1.0), chance=chance)]
    made.append(entry("lstm", (0.5, 0.5), chance=chance, probe="s3"))
    (grid,) = grids_of(made)
    assert grid.shared() == ("parity",)
    assert grid.models == ("lstm", "gru")
    assert grid.mean("lstm") == pytest.approx(1.0)


def test_differences_pair_the_seeds() -> None:
    (grid,) = grids_of([entry("lstm", (1.0, 0.8, 0.9)), entry("gru", (0.9, 0.7))])
    found = grid.difference(grid.cells["gru", "parity"], 20)
    assert found == pytest.approx((-0.1, -0.1, -0.1))
    assert grid.difference(grid.cells["lstm", "parity"], 20) is None


def test_the_tuning_curve_leaves_out_the_setting_that_ended_tuning() -> None:
    good, bad = Try("finished", 1.0, 1.0), Try("finished", 0.5, 0.4)
    tries = (good, bad, good, Try("skipped"))
    assert tuning_curve(entry(tries=tries))[0] == pytest.approx((1 + 0.4 + 1) / 3)
    assert tuning_curve(entry(tries=tries, enough=True)) == pytest.approx([0.7, 0.85])


def test_a_setting_that_failed_counts() -> None:
    tries = (Try("finished", 1.0, 0.8), Try("failed"))
    assert tuning_curve(entry(tries=tries)) == pytest.approx([0.4, 0.6])
    assert tuning_curve(entry()) == []


def test_the_table_of_the_terminal(sweep: Any, tmp_path: Path) -> None:
    (grid,) = grids_of(read_atlas([str(run_all(sweep).folder.path)], tmp_path)[0])
    lines = text_of(grid).splitlines()
    assert lines[0].startswith("budget laptop, parameters=20000: median test accuracy at the training length")
    assert lines[1] == "| model  |    parity |        s3 |  mean |"
    assert lines[3] == "| lstm   | 1.000 2/3 | 1.000 2/3 | 1.000 |"
    assert lines[4].startswith("| mingru | 0.54")
    assert lines[5].startswith("solved: test accuracy of at least 0.99")
