"""An ONNX graph of a tagger, without its decoding.

Shapes: B rows, T words, P pieces of words, W letters of a word, N = B T words one below the other, E features
of a step as it is read, F of a word, K tags.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.depth import add_linear, constant
from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.export.head import add_embedding
from rnnlab.export.letters import add_letters
from rnnlab.export.pieces import Owners, add_owners, first_pieces, mean_pieces, spread
from rnnlab.model.tagger import Tagger, TaggerEnsemble


class Inputs(NamedTuple):
    """Names of the inputs; empty for letters or pieces that are not read. `owners` is computed of pieces."""

    tokens: str
    lengths: str
    letters: str = ""
    pieces: str = ""
    owners: Owners | None = None


def tagger_graph(network: nn.Module, subwords: bool) -> Graph:
    """Build the graph of a tagger, or of several as one.

    Inputs, int64, right-padded with 0: `tokens` (B, T), or (B, P) with subwords; `lengths` (B,), words of
    each row; `letters` (B, T, W) where it reads them; with subwords `pieces` (B, T), pieces of each word.
    Outputs: `emissions` (B, T, K), arbitrary past a row's length, and the scores of transitions: `start`
    (K,), `steps` (K, K), `end` (K,), -inf for those that are not allowed.

    Args:
        subwords: words may have several pieces.

    Raises:
        SettingError: a network that cannot be exported.
    """
    graph, whole = Graph(), network
    members: list[Any] = list(network.members) if isinstance(network, TaggerEnsemble) else [network]
    inputs = add_inputs(graph, members[0], subwords)
    found = [add_member(graph, member, inputs) for member in members]
    emissions = found[0] if len(found) == 1 else graph.op("Mean", found)
    transitions = whole.transitions()  # type: ignore[operator]
    tags = len(transitions.start)
    graph.output("emissions", emissions, np.float32, ["batch", "words", tags])
    for name, value in transitions._asdict().items():
        graph.output(name, constant(graph, value), np.float32, list(value.shape))
    return graph


def add_inputs(graph: Graph, member: Any, subwords: bool) -> Inputs:
    """Add the inputs that a member reads."""
    tokens = graph.input("tokens", np.int64, ["batch", "pieces" if subwords else "words"])
    lengths = graph.input("lengths", np.int64, ["batch"])
    letters = graph.input("letters", np.int64, ["batch", "words", "letters"]) if member.letter_size else ""
    if not subwords:
        return Inputs(tokens, lengths, letters)
    pieces = graph.input("pieces", np.int64, ["batch", "words"])
    return Inputs(tokens, lengths, letters, pieces, add_owners(graph, tokens, pieces))


def add_member(graph: Graph, member: Any, inputs: Inputs) -> str:
    """Add one tagger; return its emissions (B, T, K)."""
    if type(member) is not Tagger:
        rule = "cannot be exported: ONNX holds taggers of one encoder"
        raise SettingError("model", type(member).__name__, rule)
    steps = add_embedding(graph, member.embedding, inputs.tokens)  # (P, B, E)
    if member.letter_size:
        spelled = add_letters(graph, member.characters, inputs.letters)  # (B, T, L)
        if inputs.owners is not None:
            spelled = spread(graph, spelled, inputs.owners)
        turned = graph.op("Transpose", [spelled], {"perm": [1, 0, 2]})
        steps = graph.op("Concat", [steps, turned], {"axis": 2})
    lengths = inputs.lengths if inputs.owners is None else inputs.owners.totals
    read = add_encoder(graph, member.encoder, steps, lengths).steps  # (P, B, F)
    words = graph.op("Transpose", [read], {"perm": [1, 0, 2]})  # (B, P, F)
    if inputs.owners is not None:
        gather = first_pieces if member.subwords == "first" else mean_pieces
        words = gather(graph, words, inputs.owners)  # (B, T, F)
    return add_linear(graph, member.head.emit, words)
