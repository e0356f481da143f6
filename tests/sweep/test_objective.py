"""What a sweep looks for, read from a run's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnlab.sweep.objective import Missing, objective_of

RESULT = {
    "metrics": {"val/macro_recall": 0.7, "test/macro_recall": 0.6},
    "model": {"parameters": 123},
    "training_seconds": 5.5,
    "tokens_per_second": 1000,
}
ROWS = (
    "epoch,step,train/loss,val/macro_recall,val/loss\n0,1,0.9,,\n0,2,,0.5,0.4\n1,4,,0.7,0.6\n2,6,,0.65,0.3\n"
)


def test_the_monitored_metric_and_what_a_run_costs(tmp_path: Path) -> None:
    names = ["val/macro_recall", "parameters", "training_seconds", "tokens_per_second"]
    assert objective_of(tmp_path, RESULT, names) == (0.7, 123.0, 5.5, 1000.0)


def test_another_metric_is_read_where_the_monitored_one_was_best(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(ROWS)
    assert objective_of(tmp_path, RESULT, ["val/loss"]) == (0.6,)


@pytest.mark.parametrize("name", ["val/f2", "val/loss"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(Missing, match=f"the run has no {name}"):
        objective_of(tmp_path, RESULT, [name])


def test_a_number_that_is_none_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        objective_of(tmp_path, {"metrics": {"val/loss": float("nan")}}, ["val/loss"])
