from __future__ import annotations

import pytest
import torch

from rnnlab.model.dropout import LockedDropout, TypeDropout, WordDropout, drop_entries
from rnnlab.model.embedding import Embedding


def test_locked_dropout_uses_one_mask_a_sequence_and_keeps_the_mean():
    torch.manual_seed(0)
    dropped = LockedDropout(0.25)(torch.ones(40, 5, 200))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert dropped.unique().tolist() == pytest.approx([0, 1 / 0.75])
    assert dropped.mean().item() == pytest.approx(1, abs=0.03)
    assert not torch.equal(dropped[0], dropped[1])


def test_locked_dropout_does_nothing_in_evaluation():
    inputs = torch.randn(2, 3, 4)
    assert LockedDropout(0.9).eval()(inputs) is inputs


def test_word_dropout_replaces_real_tokens_only_and_by_the_unknown_id():
    torch.manual_seed(0)
    tokens = torch.full((50, 100), 7)
    tokens[:, 60:] = 0
    dropped = WordDropout(0.3)(tokens)
    assert dropped[:, :60].unique().tolist() == [1, 7]
    assert (dropped[:, :60] == 1).float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert not dropped[:, 60:].any()
    assert torch.equal(tokens[:, :60], torch.full((50, 60), 7))
    assert WordDropout(0.3).eval()(tokens) is tokens


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_dropped_entries_are_zero_and_the_others_scaled(dtype):
    torch.manual_seed(0)
    weight = torch.randn(400, 300).to(dtype)
    dropped = drop_entries(weight, 0.3)
    kept = dropped != 0
    assert dropped.dtype == dtype
    assert kept.float().mean().item() == pytest.approx(0.7, abs=0.01)
    torch.testing.assert_close(dropped, weight / 0.7 * kept)
    assert kept.float().mean(dim=0).std() < 0.04, "columns share their fate"
    assert kept.float().mean(dim=1).std() < 0.04, "rows share their fate"


def test_dropping_entries_with_probability_zero_keeps_the_weight():
    weight = torch.randn(20, 30)
    assert torch.equal(drop_entries(weight, 0.0), weight)


def test_a_dropped_entry_gets_no_gradient_and_another_its_scale():
    weight = torch.ones(20, 30, requires_grad=True)
    dropped = drop_entries(weight, 0.25)
    dropped.sum().backward()
    assert torch.equal(weight.grad, dropped)
    assert weight.grad.unique().tolist() == pytest.approx([0, 1 / 0.75])


def test_type_dropout_drops_a_word_wherever_it_occurs_in_a_batch():
    torch.manual_seed(0)
    tokens = torch.randint(1, 200, (30, 50))
    dropped = TypeDropout(0.25, 200)(torch.ones(30, 50, 4), tokens)
    for token in tokens.unique():
        assert len(dropped[tokens == token].unique()) == 1
    assert dropped.unique().tolist() == pytest.approx([0, 1 / 0.75])
    words = torch.stack([dropped[tokens == token][0, 0] for token in tokens.unique()])
    assert (words == 0).float().mean().item() == pytest.approx(0.25, abs=0.07)


def test_type_dropout_is_the_embedding_matrix_times_a_mask_of_its_rows():
    embedding, tokens = Embedding(9, 4, type_dropout=0.5), torch.randint(0, 9, (3, 6))
    torch.manual_seed(0)
    vectors = embedding(tokens)
    torch.manual_seed(0)
    mask = drop_entries(torch.ones(9), 0.5)
    matrix = (embedding.vectors.weight * mask.unsqueeze(1)).detach().requires_grad_()
    expected = torch.nn.functional.embedding(tokens, matrix)
    torch.testing.assert_close(vectors, expected, rtol=0, atol=0)
    vectors.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(embedding.vectors.weight.grad[1:], (matrix.grad * mask.unsqueeze(1))[1:])
    assert not embedding.vectors.weight.grad[mask == 0].any()


def test_type_dropout_draws_anew_each_batch_and_nothing_in_evaluation():
    embedding, tokens = Embedding(500, 4, type_dropout=0.5), torch.arange(1, 500).unsqueeze(0)
    assert not torch.equal(embedding(tokens), embedding(tokens))
    vectors = embedding.eval()(tokens)
    assert torch.equal(vectors[0], embedding.vectors.weight[1:])
    inputs = torch.randn(2, 3, 4)
    assert TypeDropout(0.9, 5).eval()(inputs, torch.ones(2, 3, dtype=torch.long)) is inputs
    plain, drawn = Embedding(500, 4), torch.get_rng_state()
    plain(tokens)
    assert torch.equal(torch.get_rng_state(), drawn)


def test_replaced_words_share_the_fate_of_the_unknown():
    torch.manual_seed(0)
    embedding, tokens = Embedding(50, 4, word_dropout=0.5, type_dropout=0.5), torch.arange(2, 50).unsqueeze(0)
    fates = set()
    for _ in range(20):
        vectors = embedding(tokens)[0]
        scaled = torch.isclose(vectors, embedding.vectors.weight[1] / 0.5).all(dim=1)
        zero = (vectors == 0).all(dim=1).float().mean().item()
        assert zero == pytest.approx(0.25 if scaled.any() else 0.75, abs=0.25)
        fates.add(bool(scaled.any()))
    assert fates == {True, False}


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, "half", True])
def test_a_probability_outside_its_range_is_named(value):
    with pytest.raises(ValueError, match=rf"^dropout={value} must be a number >= 0 and < 1$"):
        LockedDropout(value)
    with pytest.raises(ValueError, match=rf"^word_dropout={value} must be"):
        WordDropout(value)
    with pytest.raises(ValueError, match=rf"^embedding_dropout={value} must be"):
        Embedding(10, 4, embedding_dropout=value)
    with pytest.raises(ValueError, match=rf"^type_dropout={value} must be"):
        Embedding(10, 4, type_dropout=value)


def test_an_embedding_is_laid_out_as_the_encoder_reads_it():
    for types in (0.0, 0.5):
        embedding = Embedding(10, 4, 0.5, 0.5, type_dropout=types)
        assert embedding(torch.ones(3, 6, dtype=torch.long)).transpose(0, 1).is_contiguous()
