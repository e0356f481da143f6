"""Text drawn from a language model, token by token. Shapes: P prompts, V ids."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnnlab.tokenizer.base import Tokenizer


def sample(
    network: nn.Module,
    tokenizer: Tokenizer,
    prompt: str,
    length: int,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> str:
    """The prompt and `length` tokens after it; see `sample_batch`."""
    return sample_batch(network, tokenizer, [prompt], length, temperature, generator)[0]


@torch.no_grad()
def sample_batch(
    network: nn.Module,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    length: int,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> list[str]:
    """Each prompt with `length` tokens drawn after it; padding and the unknown token are never drawn.

    Args:
        network: from tokens (B, T) and a state to logits (B, T, V) and the next state.
        prompts: at least one; where one holds no token, the unknown token is read first and not shown.
        length: tokens to draw.
        temperature: >= 0; the logits are divided by it, and 0 takes the likeliest token every time.
        generator: on the CPU, for the same text from the same seed on every device.
    """
    if length < 1:
        raise ValueError(f"length={length} must be at least 1")
    if not 0 <= temperature < float("inf"):
        raise ValueError(f"temperature={temperature} must be a number >= 0")
    if not prompts:
        raise ValueError("there must be at least one prompt")
    ids = [tokenizer.encode(prompt) for prompt in prompts]
    starts = [start or [tokenizer.unknown_id] for start in ids]
    was_training = network.training
    network.eval()
    try:
        drawn = _draw(network, tokenizer, starts, length, temperature, generator)  # (P, length)
    finally:
        network.train(was_training)
    return [tokenizer.decode([*start, *rest]) for start, rest in zip(ids, drawn.tolist(), strict=True)]


def _draw(
    network: nn.Module,
    tokenizer: Tokenizer,
    ids: Sequence[Sequence[int]],
    length: int,
    temperature: float,
    generator: torch.Generator | None,
) -> Tensor:
    device = next(network.parameters()).device
    logits, state = _read(network, ids, device)  # (P, V)
    tokens: list[Tensor] = []
    while True:
        logits[:, [tokenizer.pad_id, tokenizer.unknown_id]] = -torch.inf
        tokens.append(_choose(logits.float().cpu(), temperature, generator))  # (P, 1)
        if len(tokens) == length:
            return torch.cat(tokens, dim=1)
        following, state = network(tokens[-1].to(device), state)  # (P, 1, V)
        logits = following[:, -1]


def _read(
    network: nn.Module, ids: Sequence[Sequence[int]], device: torch.device
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Logits (P, V) and state after the prompts, each read alone, because they differ in length."""
    read = [network(torch.tensor([start], device=device)) for start in ids]
    logits = torch.cat([output[:, -1] for output, _ in read])
    return logits, tuple(torch.cat(parts, dim=1) for parts in zip(*(state for _, state in read), strict=True))


def _choose(logits: Tensor, temperature: float, generator: torch.Generator | None) -> Tensor:
    """One id (P, 1) for each row of logits (P, V)."""
    if temperature == 0:
        return logits.argmax(dim=1, keepdim=True)
    scaled = (
        logits - logits.amax(dim=1, keepdim=True)
    ) / temperature  # the largest is 0, so that none overflows
    return torch.multinomial(scaled.softmax(dim=1), 1, generator=generator)
