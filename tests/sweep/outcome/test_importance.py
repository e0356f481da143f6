import random

import pytest

from rnnlab.report.search.tried import Tried
from rnnlab.sweep.outcome.importance import FEWEST, importance
from rnnlab.sweep.space.search_space import Dimension

RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True)
MODEL = Dimension("model", "choice", ("gru", "lstm"))
LAYERS = Dimension("model.num_layers", "int", low=1, high=3, when="model == lstm")


def tried(count):
    """What was reached hangs on the rate, a little on the model."""
    draw = random.Random(0)
    for name in range(count):
        model, power = draw.choice(["gru", "lstm"]), draw.uniform(-4, -1)
        values = {"model": model, "optimizer.lr": 10**power} | (
            {"model.num_layers": 2} if model == "lstm" else {}
        )
        reached = 0.7 - 0.1 * (power + 2.5) ** 2 + 0.01 * (model == "gru")
        yield Tried(name, "finished", values, (reached, -reached))


def test_the_key_that_matters_has_the_largest_share_for_each_goal():
    found = importance(list(tried(40)), [MODEL, RATE, LAYERS], 2)
    for shares in found.shares:
        assert max(shares, key=shares.get) == "optimizer.lr"
        assert sum(shares.values()) == pytest.approx(1)
        assert set(shares) == {"optimizer.lr", "model"}
    assert found.note == "importance leaves out what acts in some settings alone: model.num_layers"


@pytest.mark.parametrize(
    ("settings", "dimensions", "why"),
    [
        (list(tried(FEWEST - 1)), [MODEL, RATE], f"needs {FEWEST} finished settings, there are {FEWEST - 1}"),
        (list(tried(20)), [RATE, LAYERS], "needs two keys that vary"),
        (
            [Tried(i, "finished", one.values, (0.5,)) for i, one in enumerate(tried(20))],
            [MODEL, RATE],
            "the same",
        ),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_why(settings, dimensions, why):
    found = importance(settings, dimensions, 1)
    assert found.shares == []
    assert why in found.note


def test_values_outside_of_the_space_are_taken_as_well():
    outside = Tried(99, "finished", {"model": "rnn", "optimizer.lr": 0.5}, (0.1,))
    found = importance([*tried(20), outside], [MODEL, RATE], 1)
    assert found.shares


def test_of_very_many_settings_a_part_is_drawn(monkeypatch):
    monkeypatch.setattr("rnnlab.sweep.outcome.importance.MOST", 30)
    found = importance(list(tried(60)), [MODEL, RATE], 1)
    assert found.settings == 30
    assert found == importance(list(tried(60)), [MODEL, RATE], 1)
