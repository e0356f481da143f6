"""Two taggers on the same sentences."""

import pytest

from rnnlab.kinds.tagging.comparison import compare
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder


@pytest.fixture
def pair(entity_run, weak_run):
    return [OpenRun(RunFolder(run)) for run in (weak_run, entity_run)]


def test_a_better_run_is_better_by_what_their_scores_differ(pair):
    found = compare(*pair, 200, 3)
    one = found.results["significance"]["bootstrap"]["f1"]
    weak, good = (run.metrics["test/f1"] for run in pair)
    assert one["value"] == pytest.approx(good - weak)
    assert one["low"] > 0
    assert one["p"] < 0.05
    assert found.results["only_second_right"]
    assert "only B is right" in "\n".join(found.text)


def test_a_run_does_not_differ_from_itself(pair):
    found = compare(pair[0], pair[0], 50, 3)
    assert all(one["value"] == 0 for one in found.results["significance"]["bootstrap"].values())
    assert found.results["only_first_right"] == []
    assert "right alone: A 0, B 0" in found.text[0]


def test_runs_of_other_data_are_not_compared(pair, word_run):
    found = compare(pair[0], OpenRun(RunFolder(word_run)), 50, 3)
    assert found.results == {"significance": None}
    assert "did not predict the same test rows" in found.text[0]
