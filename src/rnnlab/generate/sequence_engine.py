"""Decoding by an encoder-decoder in torch. Shapes: B sources, R rows, S source steps, V ids, X own ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.data.padded_batches import rectangle
from rnnlab.generate.sequence.engine import Source, StepOutput
from rnnlab.generate.state import State, select


class Position(NamedTuple):
    """Memory and state of the network before it reads a token in each of R rows.

    Attributes:
        memory: of the encoder, a row each. state: of the decoder.
        owners: (R,) the source of each row: rows of one source have equal memories.
    """

    memory: Any
    state: State
    owners: np.ndarray


class TorchEngine:
    """Runs an `EncoderDecoder`, in evaluation mode.

    Args:
        network: a `rnnlab.model.encoder_decoder.EncoderDecoder` or what has its `encode` and `step`.
        device: where it is; None for where its weights are.
    """

    def __init__(self, network: nn.Module, device: str | torch.device | None = None) -> None:
        network.eval()
        whole: Any = network
        self.network = whole
        self._device = next(network.parameters()).device if device is None else torch.device(device)
        self.begin_id, self.end_id = int(whole.begin_id), int(whole.end_id)
        self.size, self.attends = int(whole.target_size), bool(whole.attends)

    @torch.inference_mode()
    def encode(self, sources: Sequence[Source]) -> Position:
        lengths = torch.tensor([len(source.ids) for source in sources], device=self._device)
        copies = [source.copies for source in sources if source.copies is not None]
        given = self._padded(copies) if copies else None
        memory, state = self.network.encode(self._padded([source.ids for source in sources]), lengths, given)
        return Position(memory, state, np.arange(len(sources)))

    @torch.inference_mode()
    def step(self, tokens: np.ndarray, position: Position, count: int = 0) -> StepOutput:
        read = torch.as_tensor(np.asarray(tokens, np.int64), device=self._device)
        scores, attention, state = self.network.step(read, position.memory, position.state)
        after = position._replace(state=state)
        seen = None if attention is None else attention.float().cpu().numpy()
        scores = scores.float()  # (R, V + X)
        if not count:
            return StepOutput(None, scores.log_softmax(dim=1).cpu().numpy(), seen, after)
        best, ids = scores.topk(min(count, scores.shape[1]), dim=1)  # (R, K)
        logs = best - scores.logsumexp(dim=1, keepdim=True)
        return StepOutput(ids.cpu().numpy(), logs.cpu().numpy(), seen, after)

    @torch.inference_mode()
    def select(self, position: Position, rows: np.ndarray) -> Position:
        owners = position.owners[rows]
        memory = position.memory
        if not np.array_equal(owners, position.owners):  # else only hypotheses of the same sources moved
            memory = memory.select(torch.as_tensor(rows, device=self._device))
        return Position(memory, select(position.state, rows), owners)

    def _padded(self, rows: Sequence[np.ndarray]) -> Tensor:
        return torch.from_numpy(rectangle([np.asarray(row, np.int64) for row in rows], "post")).to(
            self._device
        )
