"""Small language models."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.tokenizer.char import CharTokenizer


@pytest.fixture
def letters() -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefgh \n"])
    return tokenizer


@pytest.fixture
def make_model(letters: CharTokenizer) -> Callable[..., LanguageModel]:
    """A model with weights large enough to be sure of something; encoder options as arguments."""

    def make(cell: str = "lstm", layers: int = 2, styles: int = 0, tokens: int | None = None, **options):
        torch.manual_seed(0)
        size = 3 if styles else 0
        encoder = RecurrentEncoder(cell, 5 + size, 7, num_layers=layers, **options)
        model = LanguageModel(tokens or letters.vocab_size, 5, encoder, styles=styles, style_size=size)
        for weight in model.parameters():
            torch.nn.init.normal_(weight, std=0.7)
        return model.eval()

    return make
