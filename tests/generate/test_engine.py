"""The engines say what the network says, token by token."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.generate import engine as engine_module
from rnnlab.generate import fused
from rnnlab.generate.engine import Engine
from rnnlab.generate.fused import FusedEngine, engine_of
from rnnlab.generate.state import join, select
from rnnlab.model.cell_options import CellOptions

TOKENS = np.array([[2, 3, 4, 5, 9, 11], [7, 7, 2, 10, 3, 2], [6, 5, 4, 3, 2, 2]])
CELLS = [("lstm", {}), ("gru", {}), ("rnn", {}), ("rnn", {"options": CellOptions(nonlinearity="relu")})]
OTHERS = [
    ("lstm", {"options": CellOptions(projection_size=4)}),
    ("lstm", {"connection": "residual"}),
    ("gru", {"norm": "layer"}),
    ("lstm", {"options": CellOptions(peephole=True)}),
    ("minlstm", {}),
]


def check_steps(engine: Engine, network, **more) -> None:
    """Each step's logits equal those of the network over the whole."""
    expected = network(torch.from_numpy(TOKENS), **more).logits.detach().numpy()  # (B, T, V)
    logits, state = engine.read(TOKENS[:, :2])
    np.testing.assert_allclose(logits, expected[:, 1], rtol=1e-5, atol=2e-5)
    for place in range(2, TOKENS.shape[1]):
        before = [part.clone() for part in state]
        logits, after = engine.step(TOKENS[:, place], state)
        np.testing.assert_allclose(logits, expected[:, place], rtol=1e-5, atol=2e-5)
        assert all(torch.equal(a, b) for a, b in zip(before, state, strict=True))  # others may go on from it
        state = after


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(("cell", "options"), CELLS)
def test_steps_of_fused_layers(make_model, cell, options, layers):
    model = make_model(cell, layers, **options)
    engine = engine_of(model)
    assert type(engine) is FusedEngine
    check_steps(engine, model)


@pytest.mark.parametrize(("cell", "options"), OTHERS)
def test_other_networks_run_themselves(make_model, cell, options):
    model = make_model(cell, **options)
    engine = engine_of(model)
    assert type(engine) is Engine
    check_steps(engine, model)


def test_a_large_vocabulary_keeps_no_table(make_model, monkeypatch):
    monkeypatch.setattr(fused, "MOST_IDS", 4)
    model = make_model("lstm")
    check_steps(FusedEngine(model), model)


@pytest.mark.parametrize("kind", [Engine, FusedEngine])
@pytest.mark.parametrize("style", [[1.0, 0.0], [0.3, 0.7], None])
def test_a_style_is_read_beside_each_token(make_model, kind, style):
    model = make_model("lstm", styles=2)
    given = None if style is None else np.array(style)
    weights = None if style is None else torch.tensor([style] * len(TOKENS))
    check_steps(kind(model, given), model, style=weights)


def test_a_long_prompt_is_read_in_parts(make_model, monkeypatch):
    model = make_model("gru")
    whole, state = Engine(model).read(TOKENS)
    monkeypatch.setattr(engine_module, "CHUNK", 4)
    parts, after = Engine(model).read(TOKENS)
    np.testing.assert_allclose(parts, whole, atol=1e-5)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(state, after, strict=True))


def test_scores_are_log_probabilities_of_what_stands_there(make_model, monkeypatch):
    model = make_model("lstm")
    logs = model(torch.from_numpy(TOKENS)).logits.log_softmax(-1)
    expected = logs[:, :-1].gather(2, torch.from_numpy(TOKENS)[:, 1:, None])[..., 0].detach().numpy()
    np.testing.assert_allclose(engine_of(model).score(TOKENS), expected, atol=1e-5)
    monkeypatch.setattr(engine_module, "CHUNK", 2)
    np.testing.assert_allclose(engine_of(model).score(TOKENS), expected, atol=1e-5)
    assert engine_of(model).score(TOKENS[:, :1]).shape == (3, 0)


def test_states_are_chosen_and_joined_by_rows(make_model):
    engine = engine_of(make_model("lstm"))
    _, state = engine.read(TOKENS)
    again = join([select(state, [2]), select(state, [0, 0])])
    assert all(torch.equal(part, whole[:, [2, 0, 0]]) for part, whole in zip(again, state, strict=True))
    assert [part.shape for part in engine.initial_state(4)] == [(2, 4, 7), (2, 4, 7)]
