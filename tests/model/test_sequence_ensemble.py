"""An ensemble of encoder-decoders is the mean of its members' probabilities."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch

from rnnlab.generate.state import select
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.pointer import PointerDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.sequence_ensemble import EncoderDecoderEnsemble
from rnnlab.model.target_loss import target_loss

V, END, BEGIN = 14, 12, 13
SOURCES, LENGTHS = torch.tensor([[3, 4, 5], [6, 7, 0]]), torch.tensor([3, 2])
COPIES = torch.tensor([[3, 14, 5], [15, 7, 0]])
INPUTS, TARGETS = torch.tensor([[BEGIN, 5, 6], [BEGIN, 3, 0]]), torch.tensor([[5, 6, END], [3, END, 0]])
TARGET_LENGTHS = torch.tensor([3, 2])


def member(seed: int, cell: str = "gru", target_size: int = V, **settings) -> EncoderDecoder:
    torch.manual_seed(seed)
    kind = PointerDecoder if settings.pop("copies", False) else LuongDecoder
    of = partial(kind, cell=cell, hidden_size=4, **settings)
    encoder = RecurrentEncoder(cell, 6, 4, bidirectional=True)
    return EncoderDecoder(20, 6, encoder, of, target_size, BEGIN, END).double().eval()


MIXED = {
    "alike": lambda: [member(0), member(1)],
    "unlike": lambda: [member(0, "lstm", input_feeding=True), member(1, coverage=1.0), member(2, "slstm")],
    "copying": lambda: [member(0, copies=True), member(1, copies=True, coverage=1.0)],
}


@pytest.mark.parametrize("members", MIXED.values(), ids=MIXED)
def test_probabilities_are_the_mean_and_steps_equal_the_whole(members):
    ensemble = EncoderDecoderEnsemble(members()).eval()
    whole = ensemble(SOURCES, LENGTHS, INPUTS, COPIES, TARGET_LENGTHS)
    each = torch.stack([m(SOURCES, LENGTHS, INPUTS, COPIES).scores.softmax(-1) for m in ensemble.members])
    torch.testing.assert_close(whole.scores.exp(), each.mean(0))
    memory, state = ensemble.encode(SOURCES, LENGTHS, COPIES)
    for place in range(3):
        step = ensemble.step(INPUTS[:, place], memory, state)
        torch.testing.assert_close(step.scores, whole.scores[:, place])
        torch.testing.assert_close(step.attention, whole.attention[:, place])
        state = step.state
    rows = [1, 0, 1]
    chosen = ensemble.step(torch.tensor([4, 4, 4]), memory.select(rows), select(state, rows))
    before = ensemble.step(torch.tensor([4, 4]), memory, state)
    torch.testing.assert_close(chosen.scores, before.scores[rows])


@pytest.mark.parametrize("members", MIXED.values(), ids=MIXED)
def test_each_member_is_trained_by_its_own_loss_and_a_fraction_of_the_gradient(members):
    copies = COPIES if members is MIXED["copying"] else None
    sources, rest = (SOURCES, LENGTHS, copies), (INPUTS, TARGETS, TARGET_LENGTHS, 0.1)
    ensemble = EncoderDecoderEnsemble(members())
    together = target_loss(ensemble, sources, *rest)
    together.trained.backward()
    alone = []
    for one, same in zip(members(), ensemble.members, strict=True):
        loss = target_loss(one, sources, *rest)
        loss.trained.backward()
        alone.append(loss)
        for own, shared in zip(one.parameters(), same.parameters(), strict=True):
            assert (own.grad is None) is (shared.grad is None)
            if own.grad is not None:
                torch.testing.assert_close(shared.grad * len(ensemble.members), own.grad)
    assert together.nats.item() == pytest.approx(sum(loss.nats.item() for loss in alone) / len(alone))


def test_one_member_is_itself():
    one = member(0)
    scores = EncoderDecoderEnsemble([one])(SOURCES, LENGTHS, INPUTS).scores
    torch.testing.assert_close(scores, one(SOURCES, LENGTHS, INPUTS).scores.log_softmax(-1))


def test_sampled_inputs_are_those_that_the_mean_finds_most_probable():
    ensemble = EncoderDecoderEnsemble(MIXED["alike"]()).eval()
    sampled = ensemble.sampled_inputs(SOURCES, LENGTHS, INPUTS, 1.0)
    assert sampled[:, 0].tolist() == [BEGIN, BEGIN]
    mean = ensemble(SOURCES, LENGTHS, INPUTS[:, :1]).scores[:, 0]
    assert torch.equal(sampled[:, 1], mean.argmax(1))


def test_members_that_cannot_be_one_network_are_refused():
    with pytest.raises(ValueError, match="must be at least one network"):
        EncoderDecoderEnsemble([])
    with pytest.raises(ValueError, match="must have the same target_size, begin_id and end_id, and have"):
        EncoderDecoderEnsemble([member(0), member(1, target_size=15)])


def test_an_ensemble_is_more_certain_of_a_target_than_its_members_are_on_average():
    """The log of a mean is at least the mean of logs."""
    ensemble = EncoderDecoderEnsemble(MIXED["alike"]()).eval()
    nats = -ensemble(SOURCES, LENGTHS, INPUTS).scores[0, range(3), TARGETS[0]].mean().item()
    each = [
        -m(SOURCES, LENGTHS, INPUTS).scores.log_softmax(-1)[0, range(3), TARGETS[0]].mean().item()
        for m in ensemble.members
    ]
    assert nats < math.fsum(each) / 2
