"""Selective units: sums give correlations, and a unit that was put into the weights is found."""

import numpy as np
import pytest
import torch

from rnnlab.explain.units import Half, Unit, selective_units, states_of
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel

LOUD = {2, 3, 4}


@pytest.fixture
def loud_unit():
    """A network whose unit 3 is near 1 after an id of LOUD and near -1 after another; the rest is drawn."""
    torch.manual_seed(0)
    network = LanguageModel(10, 4, RecurrentEncoder("rnn", 4, 6)).eval()
    layer = network.encoder.forward_layers[0]
    with torch.no_grad():
        network.embedding.vectors.weight[:, 0] = torch.tensor([1.0 if i in LOUD else -1.0 for i in range(10)])
        layer.weight_ih_l0[3] = torch.tensor([2.0, 0, 0, 0])
        layer.weight_hh_l0[3] = 0
    return network


def drawn(count=8, length=60):
    made = np.random.default_rng(0)
    return [made.integers(2, 10, size=length - 5 * number).tolist() for number in range(count)]


def test_a_unit_that_was_put_in_is_found_on_texts_that_did_not_choose_it(loud_unit):
    texts = drawn()
    loud = [np.array([i in LOUD for i in ids], dtype=float) for ids in texts]
    facts = {"never": [0 * part for part in loud], "loud": loud, "quiet": [1 - part for part in loud]}
    found = {one.predicate: one for one in selective_units(loud_unit, texts, facts)}
    assert set(found) == {"loud", "quiet"}
    assert found["loud"].unit == found["quiet"].unit == Unit("layer 1", "hidden", 3)
    assert found["loud"].correlation == pytest.approx(1, abs=1e-6)
    assert found["quiet"].correlation == pytest.approx(-1, abs=1e-6)
    assert found["loud"].share == pytest.approx(np.mean([i in LOUD for ids in texts[1::2] for i in ids]))


def test_what_no_unit_follows_correlates_less_where_it_was_not_chosen(loud_unit):
    made = np.random.default_rng(1)
    texts = drawn(40, 240)
    noise = [made.integers(0, 2, size=len(ids)).astype(float) for ids in texts]
    (found,) = selective_units(loud_unit, texts, {"noise": noise})
    assert abs(found.correlation) < 0.1


def test_sums_of_several_texts_give_pearsons_correlation():
    made = np.random.default_rng(2)
    values, known = made.normal(size=(50, 3)), made.normal(size=(2, 50))
    half = Half()
    for part in (slice(0, 20), slice(20, 50)):
        half.add(values[part], known[:, part])
    expected = np.corrcoef(values.T, known)[3:, :3]
    np.testing.assert_allclose(half.correlations(), expected, atol=1e-12)
    constant = Half()
    constant.add(np.ones((50, 1)), known)
    assert constant.correlations().tolist() == [[0.0], [0.0]]


def test_states_of_texts_side_by_side_are_those_of_each_alone(loud_unit):
    texts = drawn(3)
    units, together = states_of(loud_unit, texts)
    assert len(units) == together.shape[2] == 6
    for row, ids in enumerate(texts):
        np.testing.assert_allclose(states_of(loud_unit, [ids])[1][0], together[row, : len(ids)], atol=1e-6)
