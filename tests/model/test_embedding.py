from __future__ import annotations

import pytest
import torch

from rnnlab.model.embedding import Embedding, Pretrained

GIVEN = torch.tensor([[9.0, 9.0], [1.0, 3.0], [-2.0, 0.0], [0.0, 4.0]])
TOKENS = torch.tensor([[1, 2, 3], [3, 0, 0]])


def make(*, freeze=False, scale=None, projection=None, size=2, **dropouts) -> Embedding:
    return Embedding(4, size, **dropouts, pretrained=Pretrained(GIVEN, freeze, scale, projection))


def test_given_vectors_come_out_as_they_are_and_the_paddings_as_zero():
    expected = [[[1.0, 3.0], [-2.0, 0.0], [0.0, 4.0]], [[0.0, 4.0], [0.0, 0.0], [0.0, 0.0]]]
    assert make()(TOKENS).tolist() == expected
    assert GIVEN[0].tolist() == [9.0, 9.0], "what was given was written to"


def test_scale_is_the_root_of_the_mean_square_of_the_entries():
    embedding = make(scale=0.5)  # the mean of 1, 9, 4, 0, 0 and 16 is 5
    torch.testing.assert_close(embedding.vectors.weight[1], torch.tensor([1.0, 3.0]) * 0.5 / 5**0.5)
    torch.testing.assert_close(embedding.vectors.weight[1:].square().mean().sqrt(), torch.tensor(0.5))


def test_the_projection_is_the_product_with_its_matrix_and_learns():
    embedding = make(projection=3, size=3)
    outputs = embedding(TOKENS)
    torch.testing.assert_close(outputs[0, 0], GIVEN[1] @ embedding.project.weight.t())
    assert outputs.shape == (2, 3, 3)
    assert not outputs[1, 1:].any()
    outputs.square().sum().backward()
    assert embedding.project.weight.grad.any()
    assert embedding.vectors.weight.grad[1:].any()


def test_a_projection_to_more_features_starts_by_keeping_lengths():
    outputs = make(projection=5, size=5)(TOKENS)
    torch.testing.assert_close(outputs[0].norm(dim=1), GIVEN[1:].norm(dim=1))


@pytest.mark.parametrize("projection", [None, 2])
def test_the_layout_is_step_after_step(projection):
    assert make(projection=projection)(TOKENS).transpose(0, 1).is_contiguous()


def test_a_frozen_embedding_gets_no_gradient_and_thaws():
    embedding = make()
    embedding.frozen = True
    assert embedding.vectors.weight.requires_grad
    assert torch.equal(embedding(TOKENS), make()(TOKENS))
    assert not embedding(TOKENS).requires_grad
    embedding.frozen = False
    embedding(TOKENS).sum().backward()
    assert embedding.vectors.weight.grad.tolist() == [[0, 0], [1, 1], [1, 1], [2, 2]]


def test_freeze_leaves_nothing_to_an_optimizer_but_the_projection():
    named = {
        name for name, weight in make(freeze=True, projection=2).named_parameters() if weight.requires_grad
    }
    assert named == {"project.weight"}
    assert "vectors.weight" in make(freeze=True).state_dict()


def test_the_padding_stays_zero_through_training():
    embedding = make(projection=2)
    optimizer = torch.optim.AdamW(embedding.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        embedding(TOKENS).square().sum().backward()
        optimizer.step()
    assert not embedding.vectors.weight[0].any()
    assert not torch.equal(embedding.vectors.weight[1:], GIVEN[1:])


def test_without_given_vectors_the_start_is_small_and_random():
    embedding = Embedding(500, 40)
    assert embedding.project is None
    assert abs(embedding.vectors.weight[1:].std().item() - 0.1) < 0.005
    assert not embedding.vectors.weight[0].any()


def test_the_dropouts_act_on_given_vectors_too():
    torch.manual_seed(0)
    embedding = make(word_dropout=0.9, embedding_dropout=0.5)
    outputs = torch.stack([embedding(TOKENS) for _ in range(20)])
    assert (outputs[:, 0, 2] == torch.tensor([2.0, 6.0])).any(), "the unknown's vector, scaled up by 2"
    embedding.eval()
    assert torch.equal(embedding(TOKENS), make()(TOKENS))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 3}, "embedding_size=3 must equal the size of the vectors, 2"),
        ({"projection": 4}, "embedding_size=2 must equal the size of the vectors, 4"),
        ({"projection": 0}, "pretrained.projection=0 must be a whole number >= 1"),
        ({"scale": 0.0}, "pretrained.scale=0.0 must be a number > 0"),
    ],
)
def test_wrong_sizes_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        make(**settings)


def test_vectors_of_another_vocabulary_or_without_length_are_refused():
    with pytest.raises(ValueError, match=r"pretrained.weight=\(4, 2\) must have vocab_size=5 rows"):
        Embedding(5, 2, pretrained=Pretrained(GIVEN))
    with pytest.raises(ValueError, match=r"pretrained\.scale=0\.1 needs vectors that are not all zero"):
        Embedding(4, 2, pretrained=Pretrained(torch.zeros(4, 2), scale=0.1))
