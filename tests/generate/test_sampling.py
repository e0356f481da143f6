"""Sampling from small language models whose next token is known."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from rnnlab.generate.sampling import sample, sample_batch
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.tokenizer.char import CharTokenizer


class Output(NamedTuple):
    logits: Tensor
    state: tuple[Tensor, ...]


class NextLetter(nn.Module):
    """Knows by its state how many letters it has read, and prefers the next one of `abcd`."""

    def __init__(self, sure: float = 9.0) -> None:
        super().__init__()
        self.sure = nn.Parameter(torch.tensor(sure))

    def forward(self, tokens: Tensor, state: Any = None) -> Output:
        before = torch.zeros(1, len(tokens), 1) if state is None else state[0]
        place = (before[0] + torch.arange(1, tokens.size(1) + 1)) % 4  # (P, T)
        logits = nn.functional.one_hot(place.long() + 2, 6).float() * self.sure
        logits[..., :2] = 50.0  # padding and the unknown token seem likeliest of all
        return Output(logits, (before + tokens.size(1),))


@pytest.fixture
def letters() -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train(["abcd"])
    return tokenizer


def test_the_state_is_carried_and_prompts_of_several_lengths_share_a_batch(letters: CharTokenizer) -> None:
    got = sample_batch(NextLetter(), letters, ["a", "abc"], 5, temperature=0)
    assert got == ["abcdab", "abcdabcd"]


def test_one_prompt_equals_that_prompt_in_a_batch_of_a_real_model(letters: CharTokenizer) -> None:
    torch.manual_seed(0)
    model = LanguageModel(letters.vocab_size, 5, RecurrentEncoder("gru", 5, 7, num_layers=2))
    prompts = ["a", "dcb", "ba"]
    together = sample_batch(model, letters, prompts, 12, temperature=0)
    assert together == [sample(model, letters, prompt, 12, temperature=0) for prompt in prompts]


def test_the_same_seed_gives_the_same_text_and_another_seed_another(letters: CharTokenizer) -> None:
    texts = [
        sample(NextLetter(0.5), letters, "a", 40, 1.0, torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_temperature_sharpens_and_flattens_the_draw(letters: CharTokenizer) -> None:
    def share(temperature: float) -> float:
        text = sample(NextLetter(1.0), letters, "a", 2000, temperature, torch.Generator().manual_seed(0))
        return sum(a == "abcd"[i % 4] for i, a in enumerate(text)) / len(text)

    e = torch.e
    for temperature in (0.25, 1.0, 4.0):
        expected = e ** (1 / temperature) / (e ** (1 / temperature) + 3)
        assert share(temperature) == pytest.approx(expected, abs=0.04)


def test_padding_and_the_unknown_token_are_never_drawn(letters: CharTokenizer) -> None:
    text = sample(NextLetter(0.0), letters, "a", 300, 5.0, torch.Generator().manual_seed(0))
    assert len(text) == 301
    assert set(Counter(text)) == set("abcd")


def test_an_empty_prompt_draws_from_the_start(letters: CharTokenizer) -> None:
    assert sample_batch(NextLetter(), letters, ["", "a"], 3, temperature=0) == ["bcd", "abcd"]


def test_a_tiny_temperature_does_not_overflow(letters: CharTokenizer) -> None:
    assert sample(NextLetter(300.0), letters, "a", 4, 1e-30) == "abcda"


def test_training_mode_is_left_as_it_was_and_eval_mode_used(letters: CharTokenizer) -> None:
    model, modes = NextLetter(), []
    model.register_forward_hook(lambda module, *rest: modes.append(module.training))
    sample(model, letters, "a", 2)
    assert not any(modes)
    assert model.training


@pytest.mark.parametrize(
    ("prompts", "length", "temperature", "message"),
    [
        ([], 5, 1.0, "there must be at least one prompt"),
        (["a"], 0, 1.0, "length=0 must be at least 1"),
        (["a"], 5, -1.0, "temperature=-1.0 must be a number >= 0"),
        (["a"], 5, float("nan"), "temperature=nan must be a number >= 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    letters: CharTokenizer, prompts: list[str], length: int, temperature: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        sample_batch(NextLetter(), letters, prompts, length, temperature)
