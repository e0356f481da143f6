"""The weights that attention pooling gives to words and, in documents, also to sentences.

Shapes: T tokens, M sentences with words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.explain.outcome import members_of, row_of
from rnnlab.model.hierarchical import HierarchicalClassifier
from rnnlab.model.sentences import find


class Attention(NamedTuple):
    """Attention weights of one text.

    weights: (T,), of each token in the text; they sum to 1.

    words: (T,), of each token in its sentence; sentences: (M,), of each sentence in the text; places: of each
    sentence its first and its last word. All three None or empty unless the network is hierarchical.
    """

    weights: Tensor
    words: Tensor | None = None
    sentences: Tensor | None = None
    places: Sequence[tuple[int, int]] = ()


def has_attention(network: nn.Module) -> bool:
    """Return whether the network pools by attention."""
    return all(member.pooling.attention is not None for member in members_of(network))


@torch.no_grad()
def attention(network: Any, ids: list[int]) -> Attention:
    """Return the weights of the tokens of one text; for an ensemble, the mean over its members.

    Raises:
        ValueError: a network without attention.
    """
    tokens, lengths = row_of(network, ids)
    if not isinstance(members_of(network)[0], HierarchicalClassifier):
        return Attention(network.attention(tokens, lengths)[0])
    found = find(tokens, lengths)
    places = [(s, s + n - 1) for s, n in zip(found.starts.tolist(), found.lengths.tolist(), strict=True)]
    read = (network.document_attention, network.attention, network.sentence_attention)
    whole, words, sentences = (weights(tokens, lengths)[0] for weights in read)
    return Attention(whole, words, sentences, places)
