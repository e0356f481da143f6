from __future__ import annotations

import pytest
import torch

from rnnlab.model.dropout import LockedDropout, WordDropout
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


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, "half", True])
def test_a_probability_outside_its_range_is_named(value):
    with pytest.raises(ValueError, match=rf"^dropout={value} must be a probability in \[0, 1\)$"):
        LockedDropout(value)
    with pytest.raises(ValueError, match=rf"^word_dropout={value} must be"):
        WordDropout(value)
    with pytest.raises(ValueError, match=rf"^embedding_dropout={value} must be"):
        Embedding(10, 4, embedding_dropout=value)


def test_an_embedding_is_laid_out_as_the_encoder_reads_it():
    assert Embedding(10, 4, 0.5, 0.5)(torch.ones(3, 6, dtype=torch.long)).transpose(0, 1).is_contiguous()
