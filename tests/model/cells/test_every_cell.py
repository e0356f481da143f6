"""What every cell of `CELLS` keeps, with its own options too, and in residual blocks."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import State

ROWS, NUM_STEPS, SIZE, UNITS = 4, 7, 5, 4
LENGTHS = torch.tensor([7, 1, 4, 6])
OTHER = {
    "nonlinearity": "relu",
    "peephole": True,
    "coupled": True,
    "projection_size": 3,
    "rounds": 3,
    "heads": 2,
    "negative_eigenvalues": True,
    "householders": 2,
    "decay_kind": "scalar",
    "state_expansion": 3,
    "attention_window": 3,
}
"""Another value than its default for each option of a cell."""
ELSEWHERE = {
    *("forget_bias", "recurrent_init", "min_radius", "max_radius", "max_phase"),
    *("variational", "weight_drop", "zoneout", "memory_zoneout"),
}
"""Options that are initial weights, or random: their tests are those of the cells that run as a loop."""
PLACES: dict[str, dict[str, Any]] = {
    "one": {},
    "blocks": {"num_layers": 2, "block": "residual", "conv_size": 3},
}
BFLOAT16 = {"one": 0.03, "blocks": 0.12}
"""Bound on the root mean square error of outputs, relative to that of the outputs in float32."""


def cases() -> list[Any]:
    found: list[tuple[str, str, dict[str, Any]]] = [("gla", "tied", {"decay_kind": "tied", "heads": 2})]
    for cell, known in CELLS.items():
        other = {name: OTHER[name] for name in sorted(known.options) if name in OTHER}
        found += [(cell, "plain", {}), *([(cell, "options", other)] if other else [])]
    return [
        pytest.param((cell, options, place), id=f"{cell}-{name}-{place}")
        for cell, name, options in found
        for place in (PLACES if name == "plain" else ("one",))
    ]


every_case = pytest.mark.parametrize("case", cases())
Case = tuple[str, dict[str, Any], str]


def make(case: Case) -> RecurrentEncoder:
    """An encoder whose weights are nowhere at a special value."""
    cell, options, place = case
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, SIZE, UNITS, options=CellOptions(**options), **PLACES[place]).double()
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return encoder.eval()


def batch(seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(ROWS, NUM_STEPS, SIZE, dtype=torch.double, generator=generator)


def reached(encoder: RecurrentEncoder) -> State:
    """A state that other inputs lead to."""
    state = encoder(batch(seed=2)).state
    assert state is not None
    return tuple(part.detach() for part in state)


def close(ours: Any, theirs: Any) -> None:
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)


@every_case
def test_padding_changes_nothing(case):
    encoder, inputs = make(case), batch()
    padding = torch.arange(NUM_STEPS) >= LENGTHS.unsqueeze(1)
    found = []
    for each in (inputs, inputs.masked_fill(padding.unsqueeze(-1), 1e4)):
        given = each.requires_grad_(True)
        encoded = encoder(given, LENGTHS, reached(encoder))
        wanted = [given, *encoder.parameters()]
        total = encoded.outputs.square().sum() + sum(part.sum() for part in encoded.state)
        (gradient, *others) = torch.autograd.grad(total, wanted)
        assert (gradient[padding] == 0).all()
        found.append([encoded.outputs, encoded.final, *encoded.state, *others])
    close(*found)


@every_case
def test_a_row_alone_equals_the_row_in_a_batch(case):
    encoder, inputs = make(case), batch()
    state = reached(encoder)
    together = encoder(inputs, LENGTHS, state)
    for row, length in enumerate(LENGTHS.tolist()):
        own = slice(row, row + 1)
        alone = encoder(inputs[own, :length], None, tuple(part[:, own] for part in state))
        close(together.outputs[own, :length], alone.outputs)
        close(together.final[own], alone.final)
        close(tuple(part[:, own] for part in together.state), alone.state)


@every_case
def test_no_step_reads_a_later_one(case):
    encoder, inputs, others = make(case), batch(), batch(seed=3)
    outputs = encoder(inputs).outputs
    for step in (1, 4):
        changed = encoder(torch.cat((inputs[:, :step], others[:, step:]), 1)).outputs
        close(changed[:, :step], outputs[:, :step])
        assert (changed[:, step] - outputs[:, step]).abs().max() > 1e-4


@every_case
@pytest.mark.parametrize("size", [1, 3])
def test_chunks_that_carry_the_state_equal_the_whole_with_their_gradients(case, size):
    encoder, inputs = make(case), batch().requires_grad_()
    state, outputs = encoder.initial_state(ROWS), []
    for chunk in inputs.split(size, dim=1):
        encoded = encoder(chunk, None, state)
        state = encoded.state
        outputs.append(encoded.outputs)
    whole = encoder(inputs)
    close(torch.cat(outputs, 1), whole.outputs)
    close(state, whole.state)
    wanted = [inputs, *encoder.parameters()]
    ours, theirs = (
        torch.autograd.grad(last.sum() + sum(part.sum() for part in after), wanted)
        for last, after in ((outputs[-1], state), (whole.outputs[:, -outputs[-1].shape[1] :], whole.state))
    )
    close(ours, theirs)


@every_case
def test_gradients_of_inputs_weights_and_state_are_those_of_finite_differences(case):
    encoder, lengths = make(case), torch.tensor([3, 2])
    inputs = batch()[:2, :3].requires_grad_()
    state = [part[:, :2].clone().requires_grad_() for part in reached(encoder)]
    own = dict(encoder.named_parameters()) if case[2] == "one" else {}  # a block's have their own test

    def encode(inputs: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        weights = dict(zip(own, rest[len(state) :], strict=True))
        encoded = torch.func.functional_call(encoder, weights, (inputs, lengths, rest[: len(state)]))
        found = (encoded.outputs, encoded.final, *encoded.state)
        return tuple(part for part in found if part.requires_grad)

    weights = [parameter.detach().requires_grad_() for parameter in own.values()]
    assert torch.autograd.gradcheck(encode, (inputs, *state, *weights), fast_mode=True)


@every_case
def test_bfloat16_stays_near_float32(case):
    encoder = make(case).float()
    exact = encoder(batch().float()).outputs
    rounded = encoder.bfloat16()(batch().bfloat16()).outputs
    assert rounded.dtype == torch.bfloat16
    error = (rounded.float() - exact).square().mean().sqrt() / exact.square().mean().sqrt()
    assert error < BFLOAT16[case[2]]


@every_case
def test_a_state_of_another_cell_or_size_is_refused(case):
    encoder, inputs = make(case), batch()
    state = encoder.initial_state(ROWS)
    for wrong in ((*state, state[0]), tuple(part[..., 1:] for part in state), tuple(p[:, 1:] for p in state)):
        with pytest.raises(ValueError, match=rf"state of shapes \[.*\] must be \[.*\] for cell={case[0]}$"):
            encoder(inputs, None, wrong)


def test_every_option_of_a_cell_is_tried_or_random():
    assert set().union(*(known.options for known in CELLS.values())) == set(OTHER) | ELSEWHERE


@every_case
def test_autocast_to_bfloat16_stays_near_float32_and_trains(case):
    encoder = make(case).float()
    state = tuple(part.float() for part in reached(encoder.double()))
    inputs, lengths = batch().float(), torch.tensor([7, 7, 4, 6])
    encoder = encoder.float().train()
    exact = encoder(inputs, lengths, state)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = encoder(inputs, lengths, state)
    error = (rounded.outputs.float() - exact.outputs).square().mean().sqrt()
    assert error < BFLOAT16[case[2]] * exact.outputs.square().mean().sqrt()
    gradients = torch.autograd.grad(rounded.outputs.float().square().sum(), list(encoder.parameters()))
    assert all(gradient.isfinite().all() for gradient in gradients)
