"""All that is asked about a text at once."""

import json

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.explain.look import look
from rnnlab.sweep.best_run import open_run

from .test_gradients import classifier, hierarchical


def test_what_cannot_be_had_of_a_network_is_said(opened):
    run = opened(hierarchical())
    found = look(run, "good film", "all")
    assert [one.method for one in found.explanations] == ["gradients", "occlusion", "attention"]
    assert found.notes == ["no gates and units: the network does not read a whole text from its start"]
    with pytest.raises(SettingError, match="this one has gradients, occlusion, attention"):
        look(run, "good film", "gates")


def test_gates_lie_over_the_tokens_and_what_is_cut_is_counted(opened):
    found = look(opened(classifier(num_classes=2)), "good film " * 6, "gates")
    names = [strip.name for strip in found.gates]
    assert names[:4] == [
        "layer 1, input gate",
        "layer 1, forget gate",
        "layer 1, output gate",
        "layer 1, movement",
    ]
    assert all(len(strip.values) == 8 for strip in found.gates)
    assert all(0 < value < 1 for strip in found.gates[:3] for value in strip.values)
    assert {(strip.low, strip.high) for strip in found.gates[:3]} == {(0.0, 1.0)}
    assert [one.name for one in found.maps[:3]] == [f"{name}, every unit" for name in names[:3]]
    for one, strip in zip(found.maps[:3], found.gates[:3], strict=True):
        rows = np.array(one.rows)
        np.testing.assert_allclose(rows.mean(axis=0), strip.values, atol=1e-6)
        assert np.all(np.diff(rows.mean(axis=1)) <= 1e-6)
    assert found.sheet().notes == ["4 more tokens are not read"]
    assert found.explanations == []


def test_all_classes_have_their_probability_and_on_request_their_scores(opened):
    run = opened(classifier(num_classes=3), classes=("bad", "fair", "good"))
    found = look(run, "good film", "occlusion", "all")
    shares = [share for _, share in found.answers]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert [one.label for one in found.explanations] == [name for name, _ in found.answers]
    (grid,) = found.sheet().grids
    assert list(grid.outputs) == [name for name, _ in found.answers]
    assert [list(strip.values) for strip in grid.strips] == [one.scores for one in found.explanations]
    assert found.sheet().strips == []
    assert list(found.to_json()["answers"]) == list(grid.outputs)
    with pytest.raises(SettingError, match=r"--class=awful: must be a class of the run, or all"):
        look(run, "good film", "occlusion", "awful")


def test_a_cell_that_is_not_taken_apart_has_no_gates_and_says_so(opened):
    found = look(opened(classifier(cell="mingru", num_classes=2)), "good film", "gates")
    assert found.maps == []
    assert found.notes == ["no gates: the equations of this network's cell are not taken apart here"]


def test_units_of_a_run_lie_over_the_text_and_follow_what_they_say(language_run):
    found = look(open_run(language_run), "(())\n[]\n", "units")
    assert found.units
    for one, strip in found.units:
        assert strip.name == f"{one.predicate}: {one.unit}"
        assert len(strip.values) == 8
        assert all(-1 <= value <= 1 for value in strip.values)
    json.dumps(found.to_json()["units"])
