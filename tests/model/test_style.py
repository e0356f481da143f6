"""Styles: vectors that are mixed by weights and read beside every token."""

import pytest
import torch

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.model.style import joined, mixed, style_embedding


def styled(cell: str = "lstm", **settings: float) -> LanguageModel:
    torch.manual_seed(0)
    return LanguageModel(12, 6, RecurrentEncoder(cell, 10, 5), styles=3, style_size=4, **settings).double()


def tokens() -> torch.Tensor:
    return torch.randint(1, 12, (3, 8), generator=torch.Generator().manual_seed(1))


def test_no_styles_draw_nothing_and_hold_nothing():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    assert style_embedding(0, 0) is None
    assert torch.equal(torch.rand(2), expected)
    plain = LanguageModel(12, 6, RecurrentEncoder("lstm", 6, 5))
    assert plain.styles == 0
    assert not [name for name in plain.state_dict() if "style" in name]


@pytest.mark.parametrize(("styles", "size"), [(3, 0), (0, 4), (1, 4), (3, -1)])
def test_sizes_that_make_no_sense_are_refused(styles, size):
    with pytest.raises(ValueError, match="style"):
        style_embedding(styles, size)


def test_a_mixture_is_the_weighted_mean_and_no_weights_are_the_mean_of_all():
    vectors = torch.arange(12.0).reshape(3, 4)
    weights = torch.tensor([[1.0, 0.0, 0.0], [0.25, 0.0, 0.75]])
    expected = torch.stack([vectors[0], 0.25 * vectors[0] + 0.75 * vectors[2]])
    torch.testing.assert_close(mixed(vectors, weights), expected)
    torch.testing.assert_close(mixed(vectors, None), vectors.mean(0, keepdim=True))
    with pytest.raises(ValueError, match=r"style=\(1, 2\) must be \(B, 3\)"):
        mixed(vectors, torch.ones(1, 2))


def test_the_style_stands_beside_every_token():
    both = joined(torch.ones(2, 3, 4), torch.tensor([[5.0], [6.0]]))
    assert both.shape == (2, 3, 5)
    assert both[..., 4].tolist() == [[5.0] * 3, [6.0] * 3]
    assert torch.equal(both[..., :4], torch.ones(2, 3, 4))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_each_row_is_read_in_its_own_style(cell):
    model, one_hot = styled(cell), torch.eye(3).double()
    together = model(tokens(), style=one_hot)
    for row in range(3):
        alone = model(tokens()[row : row + 1], style=one_hot[row : row + 1])
        torch.testing.assert_close(together.logits[row], alone.logits[0])
    assert not torch.allclose(together.logits, model(tokens(), style=one_hot.roll(1, 0)).logits)
    even = model(tokens(), style=torch.full((3, 3), 1 / 3).double())
    torch.testing.assert_close(model(tokens()).logits, even.logits)


def test_windows_with_carried_state_equal_the_whole_text_in_a_style():
    model, style = styled(), torch.tensor([[0.5, 0.5, 0.0]]).expand(3, -1)
    whole = model(tokens(), style=style)
    first = model(tokens()[:, :5], style=style)
    second = model(tokens()[:, 5:], first.state, style=style)
    torch.testing.assert_close(torch.cat((first.logits, second.logits), 1), whole.logits)


def test_a_vector_learns_from_its_own_rows_alone():
    model = styled()
    model(tokens(), style=torch.tensor([[0.0, 1.0, 0.0]]).expand(3, -1)).logits.sum().backward()
    assert model.style_vectors is not None
    moved = model.style_vectors.weight.grad.abs().sum(1)
    assert (moved > 0).tolist() == [False, True, False]


def test_a_network_without_styles_refuses_one_and_an_encoder_must_leave_room():
    plain = LanguageModel(12, 6, RecurrentEncoder("lstm", 6, 5))
    with pytest.raises(ValueError, match="a network without styles"):
        plain(tokens(), style=torch.eye(3))
    with pytest.raises(ValueError, match=r"embedding_size \+ style_size=10 must equal .* input_size=6"):
        LanguageModel(12, 6, RecurrentEncoder("lstm", 6, 5), styles=3, style_size=4)
