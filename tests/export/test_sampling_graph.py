"""Which numbers a choice needs, and what a graph of many steps takes and gives."""

from __future__ import annotations

import onnx
import pytest
import torch

from rnnlab.export.decode_loop import walk_model
from rnnlab.export.language_model import language_graph
from rnnlab.export.sampling_graph import Choice
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel

CHOICES = [
    (Choice(), ["temperature"]),
    (Choice(draws=False, top_k=True), []),
    (Choice(draws=False, penalties=True), ["repetition_penalty", "frequency_penalty"]),
    (Choice(top_k=True, min_p=True), ["temperature", "top_k", "min_p"]),
]


@pytest.mark.parametrize(("choice", "numbers"), CHOICES)
def test_a_graph_takes_the_numbers_of_its_choice(choice, numbers):
    torch.manual_seed(0)
    network = LanguageModel(9, 4, RecurrentEncoder("gru", 4, 5)).eval()
    model = walk_model(language_graph(network).model(), choice)
    onnx.checker.check_model(model, full_check=True)
    counts = ["counts"] if choice.penalties else []
    given = ["begin", "numbers", "banned", *numbers, "begin_0", *(f"begin_{name}" for name in counts)]
    assert choice.numbers == numbers
    assert [value.name for value in model.graph.input] == given
    assert [value.name for value in model.graph.output] == [
        "drawn",
        "logs",
        "end_0",
        *(f"end_{c}" for c in counts),
    ]
