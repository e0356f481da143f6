"""Text drawn from a language model a few tokens at a time, for someone who watches."""

from __future__ import annotations

from itertools import islice
from typing import Protocol

import torch
from torch import nn

from rnnlab import runtime
from rnnlab.tokenizer.base import Tokenizer

CONTEXT = 16  # tokens before a new one that decide how it is written: whether a space stands before it


class Writer(Protocol):
    """Goes on with a text."""

    def write(self, count: int) -> str:
        """The next `count` tokens as text."""
        ...


class StreamWriter:
    """Continues a prompt with an exported model, up to `length` tokens; see its `stream`."""

    def __init__(
        self, model: runtime.Writer, prompt: str, length: int, temperature: float, seed: int
    ) -> None:
        self._pieces = model.stream(prompt, length, temperature, seed)

    def write(self, count: int) -> str:
        return "".join(islice(self._pieces, count))


class TorchWriter:
    """Continues a prompt; the same text for the same seed as `rnnlab.generate.sampling.sample` gives.

    Args:
        network: from tokens (1, T) and a state to logits (1, T, V) and the next state.
        temperature: >= 0; 0 takes the likeliest token every time.
        seed: of what is drawn.
    """

    def __init__(
        self, network: nn.Module, tokenizer: Tokenizer, prompt: str, temperature: float, seed: int
    ) -> None:
        self._network, self._tokenizer, self._temperature = network, tokenizer, temperature
        self._generator = torch.Generator().manual_seed(seed)
        self._unread = tokenizer.encode(prompt) or [tokenizer.unknown_id]
        self._context = self._unread[-CONTEXT:] if prompt else []
        self._state: tuple[torch.Tensor, ...] | None = None

    @torch.inference_mode()
    def write(self, count: int) -> str:
        """The next `count` tokens as text."""
        drawn: list[int] = []
        for _ in range(count):
            logits, self._state = self._network(torch.tensor([self._unread]), self._state)
            token = self._draw(logits[0, -1].float())
            self._unread = [token]
            drawn.append(token)
        before = self._tokenizer.decode(self._context)
        text = self._tokenizer.decode([*self._context, *drawn])
        self._context = [*self._context, *drawn][-CONTEXT:]
        return text[len(before) :]

    def _draw(self, logits: torch.Tensor) -> int:
        """An id from logits (V,); neither padding nor the unknown token."""
        logits[[self._tokenizer.pad_id, self._tokenizer.unknown_id]] = -torch.inf
        if self._temperature == 0:
            return int(logits.argmax())
        scaled = (logits - logits.amax()) / self._temperature  # the largest is 0, so that none overflows
        return int(torch.multinomial(scaled.softmax(dim=0), 1, generator=self._generator))
