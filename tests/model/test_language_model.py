from __future__ import annotations

import pytest
import torch
from torch import nn

from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel


def make(cell: str = "lstm", **settings: float | bool) -> LanguageModel:
    torch.manual_seed(0)
    return LanguageModel(12, 6, RecurrentEncoder(cell, 6, 6, num_layers=2), **settings)


def tokens() -> torch.Tensor:
    return torch.randint(1, 12, (3, 10), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_windows_with_carried_state_equal_the_whole_text(cell):
    model = make(cell).double()
    whole = model(tokens())
    first = model(tokens()[:, :4])
    second = model(tokens()[:, 4:], first.state)
    assert whole.logits.shape == (3, 10, 12)
    torch.testing.assert_close(torch.cat((first.logits, second.logits), dim=1), whole.logits)
    for one, other in zip(second.state, whole.state, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_padded_rows_give_the_logits_and_the_state_of_the_rows_alone(cell):
    model, lengths = make(cell).double(), torch.tensor([10, 4, 1])
    together = model(tokens(), lengths=lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = model(tokens()[row : row + 1, :length])
        torch.testing.assert_close(together.logits[row, :length], alone.logits[0])
        for one, other in zip(together.state, alone.state, strict=True):
            torch.testing.assert_close(one[:, row], other[:, 0])


def test_gradients_stop_where_the_caller_detaches_the_state():
    model = make()
    state = model(tokens()[:, :4]).state
    assert all(part.requires_grad for part in state)
    cut = tuple(part.detach().requires_grad_() for part in state)
    model(tokens()[:, 4:], cut).logits.sum().backward()
    assert all(part.grad.any() for part in cut)


def test_the_future_does_not_leak_into_the_logits():
    model, changed = make(), tokens()
    changed[:, 6:] = 2
    assert torch.equal(model(tokens()).logits[:, :6], model(changed).logits[:, :6])


def test_tied_weights_are_one_matrix_and_need_equal_sizes():
    tied, free = make(tie_weights=True), make()
    assert tied.head.weight is tied.embedding.vectors.weight
    count = [sum(parameter.numel() for parameter in model.parameters()) for model in (tied, free)]
    assert count[1] - count[0] == 12 * 6
    with pytest.raises(
        ValueError, match="tie_weights=True needs embedding_size=6 to equal the encoder's output size 9"
    ):
        LanguageModel(12, 6, RecurrentEncoder("gru", 6, 9), tie_weights=True)


def pretrained_model(pretrained: Pretrained, tie_weights: bool = True) -> LanguageModel:
    encoder = RecurrentEncoder("gru", 6, 6)
    return LanguageModel(12, 6, encoder, tie_weights=tie_weights, pretrained=pretrained)


def test_it_starts_from_given_vectors_which_may_be_tied_and_frozen():
    given = torch.randn(12, 6)
    model = pretrained_model(Pretrained(given))
    assert model.head.weight is model.embedding.vectors.weight
    assert torch.equal(model.head.weight[1:], given[1:])
    frozen = pretrained_model(Pretrained(given, freeze=True))
    frozen(tokens()).logits.sum().backward()
    assert frozen.head.weight is frozen.embedding.vectors.weight
    assert frozen.head.weight.grad is None
    assert frozen.head.bias.grad.any()


def test_projected_vectors_cannot_be_tied():
    given = Pretrained(torch.randn(12, 9), projection=6)
    assert pretrained_model(given, tie_weights=False)(tokens()).logits.shape == (3, 10, 12)
    with pytest.raises(ValueError, match=r"tie_weights=True needs vectors without pretrained.projection=6"):
        pretrained_model(given)


@pytest.mark.parametrize("name", ["dropout", "embedding_dropout", "word_dropout"])
def test_each_dropout_acts_in_training_and_not_in_evaluation(name):
    model = make(**{name: 0.5})
    assert not torch.equal(model(tokens()).logits, model(tokens()).logits)
    assert torch.equal(model.eval()(tokens()).logits, make()(tokens()).logits)


def test_logits_are_float32_under_autocast():
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert make()(tokens()).logits.dtype == torch.float32


def test_an_encoder_that_sees_the_future_is_refused():
    with pytest.raises(ValueError, match="sees later symbols: a language model needs a causal one"):
        LanguageModel(12, 6, RecurrentEncoder("lstm", 6, 6, bidirectional=True))
    with pytest.raises(ValueError, match="embedding_size=6 must equal the encoder's input_size=7"):
        LanguageModel(12, 6, RecurrentEncoder("lstm", 7, 6))


def test_a_short_text_is_learnt_by_heart():
    torch.manual_seed(0)
    text = torch.tensor([[1, 2, 3, 1, 2, 4, 1, 2, 3, 1, 2, 4, 1, 2, 3, 1, 2, 4]])
    model = LanguageModel(5, 8, RecurrentEncoder("lstm", 8, 16))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(100):
        logits = model(text[:, :-1]).logits
        loss = nn.functional.cross_entropy(logits[:, 3:].flatten(0, 1), text[:, 4:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.05
