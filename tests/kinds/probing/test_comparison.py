"""Two probes on the same test rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnnlab.cli import main
from rnnlab.kinds.probing.comparison import paired, same_rows
from rnnlab.kinds.probing.tested import RowScores, read_tested

from .test_explainer import SMALL

PARITY = [*SMALL, "data.test_rows=40", "data.longest=8", "data.test_lengths=[8,16]"]


def scored(right, rows="a"):
    found = np.array(right)
    return RowScores(rows, found, np.full(len(found), 4))


@pytest.fixture(scope="module")
def two(train_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    typed = {
        "one": "seed=1",
        "two": "seed=2",
        "longer": "data.test_lengths=[16,24]",
        "other": "probe=counting",
    }
    return {name: train_run(folder / name, *PARITY, more) for name, more in typed.items()}


def test_differences_are_those_of_the_rows():
    both = {
        20: (scored([4, 4, 2, 2]), scored([4, 4, 4, 2])),
        40: (scored([1, 1, 1, 1]), scored([1, 1, 1, 1])),
    }
    found = paired(both, 500)
    assert list(found) == ["accuracy_20", "accuracy_40", "solved_20", "solved_40"]
    assert found["accuracy_20"].interval.value == pytest.approx(2 / 16)
    assert found["solved_20"].interval.value == pytest.approx(1 / 4)
    assert found["accuracy_20"].interval.low == 0
    assert found["accuracy_40"].p_value == 1


def test_a_difference_in_every_row_is_certain():
    found = paired({20: (scored([1] * 30), scored([4] * 30))}, 500)
    assert found["accuracy_20"].interval == (0.75, 0.75, 0.75)
    assert found["accuracy_20"].p_value < 0.01


def test_only_lengths_with_the_same_rows_are_compared():
    one = {20: scored([1]), 40: scored([1]), 80: scored([1])}
    other = {20: scored([2]), 40: scored([2], rows="b")}
    assert list(same_rows(one, other)) == [20]


def test_the_scores_of_the_rows_are_those_of_the_run(two):
    metrics = json.loads((two["one"] / "result.json").read_text())["metrics"]
    for length, found in read_tested(two["one"]).items():
        assert len(found.right) == 40
        assert found.right.sum() / found.asked.sum() == pytest.approx(metrics[f"test/accuracy_{length}"])
        assert found.solved.mean() == pytest.approx(metrics[f"test/solved_{length}"])


def test_two_runs_are_compared(two, capsys):
    assert main(["compare", str(two["one"]), str(two["two"]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    apart = found["metrics"]["test/accuracy_8"]
    assert found["significance"]["bootstrap"]["accuracy_8"]["value"] == pytest.approx(apart[1] - apart[0])
    assert main(["compare", str(two["one"]), str(two["two"])]) == 0
    assert "test, paired bootstrap of rows" in capsys.readouterr().out
    assert main(["compare", str(two["one"]), str(two["longer"]), "--json"]) == 0
    names = json.loads(capsys.readouterr().out)["significance"]["bootstrap"]
    assert {"accuracy_8", "accuracy_16", "solved_8", "solved_16"} == set(names)


def test_other_rows_and_older_runs_have_no_test(two, capsys, tmp_path: Path):
    assert main(["compare", str(two["one"]), str(two["other"])]) == 0
    assert "no paired test: the runs did not predict the same test rows" in capsys.readouterr().out
    assert read_tested(tmp_path) == {}
    (tmp_path / "test_rows.json").write_text('{"8": {"rows": "a", "right": [1], "asked": [1, 2]}}')
    assert read_tested(tmp_path) == {}


def test_the_report_of_several_runs_has_the_test(two, tmp_path: Path):
    page = tmp_path / "several.html"
    assert main(["report", str(two["one"]), str(two["longer"]), "--output", str(page)]) == 0
    assert "1 against 2" in page.read_text()
