"""A language model that reads token by token. Shapes: B rows, T tokens, V ids, S styles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.state import State

CHUNK = 1024  # tokens of a long prompt that are read at once


class Walked(NamedTuple):
    """K steps: tokens (K, B), their log probabilities (K, B), the state before the last is read, and how
    often each token came (B, V), if counts were given.
    """

    tokens: np.ndarray
    logs: np.ndarray
    state: State
    counts: np.ndarray | None


class Walker(Protocol):
    """Takes many steps in one call, if no setting depends on the past beyond token counts.

    Args:
        tokens: (B,), to be read first. numbers: (K, B) in [0, 1). banned: ids that may not come.
        counts: (B, V), how often each token came, where there are penalties.
    """

    def __call__(
        self,
        tokens: np.ndarray,
        state: State,
        numbers: np.ndarray,
        decoding: Decoding,
        banned: Sequence[int],
        counts: np.ndarray | None,
    ) -> Walked: ...


class Engine:
    """Runs the network itself, in evaluation mode; inputs and outputs are numpy arrays.

    Args:
        network: from tokens (B, T) and a state to logits (B, T, V) and the next state.
        style: (S,) weights of a mixture; None is the mean of all styles, or a network without any.

    Attributes:
        workers: number of threads that may step at the same time, each with its own rows.
        walker: takes many steps in one call; None if not available.
    """

    workers = 1
    walker: Walker | None = None

    def __init__(self, network: nn.Module, style: np.ndarray | None = None) -> None:
        self.network: Any = network.eval()
        whole: Any = network
        self.vocab_size = int(whole.head.out_features)
        self._device = next(network.parameters()).device
        given = None if style is None else torch.as_tensor(style, dtype=torch.float32, device=self._device)
        self._style = given

    def initial_state(self, rows: int) -> State:
        """Return an empty state of this many rows."""
        state: State = self.network.encoder.initial_state(rows)
        return state

    @torch.inference_mode()
    def read(self, tokens: np.ndarray, state: State | None = None) -> tuple[np.ndarray, State]:
        """Return logits (B, V) of the token after tokens (B, T), T >= 1, and the state after them."""
        given = torch.as_tensor(np.asarray(tokens, np.int64), device=self._device)
        logits = None
        for part in given.split(CHUNK, dim=1):
            logits, state = self._say(part, state)
        assert logits is not None
        assert state is not None
        return logits[:, -1].float().cpu().numpy(), state

    def step(self, tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        """Read one token (B,) a row; return logits (B, V) of the token after it and the state after it."""
        return self.read(np.asarray(tokens)[:, None], state)

    @torch.inference_mode()
    def score(self, tokens: np.ndarray, state: State | None = None) -> np.ndarray:
        """Return log probabilities (B, T - 1) in nats: of each token in (B, T) given those before it."""
        given = torch.as_tensor(np.asarray(tokens, np.int64), device=self._device)
        found = []
        for start in range(0, given.shape[1] - 1, CHUNK):
            part = given[:, start : start + CHUNK + 1]
            logits, state = self._say(part[:, :-1], state)
            logs = logits.float().log_softmax(dim=-1)
            found.append(logs.gather(2, part[:, 1:, None])[..., 0])
        if not found:
            return np.zeros((len(given), 0), np.float32)
        return torch.cat(found, dim=1).cpu().numpy()

    def _say(self, tokens: Tensor, state: State | None) -> tuple[Tensor, State]:
        if self._style is None:
            logits, after = self.network(tokens, state)
        else:
            logits, after = self.network(tokens, state, style=self._style.expand(len(tokens), -1))
        return logits, after
