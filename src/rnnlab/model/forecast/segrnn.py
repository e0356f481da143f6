"""Segments of the input read one after the other, and segments of the horizon all at once.

Shapes: R rows, n segments of the input, m of the horizon, w steps of a segment, I features of a step,
K known covariates, S features of a segment, c targets, D parameters of a target.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnlab.model.forecast.multi_horizon import MultiHorizon
from rnnlab.model.forecast.window import Window


class SegRNN(MultiHorizon):
    """SegRNN (Lin et al. 2023) with its parallel decoding, for any causal cell.

    The encoder reads n = L / w vectors, each a map of a segment's steps; from its last state it then takes
    one step for every segment of the horizon by itself, which reads a learned vector of the segment's place,
    the row's context (with `series_embedding_size` the paper's vector of a channel) and the known covariates
    of its steps. An input that is no multiple of w is filled with missing steps before its start.

    Raises:
        ValueError: also for a segment longer than the input, and an encoder of both directions.
    """

    reads_context = False

    def check_encoder(self) -> None:
        if not self.encoder.causal:
            raise ValueError("SegRNN decodes from the encoder's state: it needs a causal encoder")
        if self.options.segment_length > self.input_length:
            raise ValueError(
                f"segment_length={self.options.segment_length} must be at most "
                f"input_length={self.input_length}"
            )

    def make_parts(self) -> None:
        length, size = self.options.segment_length, self.encoder.input_size
        self.read = -(-self.input_length // length)  # n
        self.written = -(-self.horizon // length)  # m
        self.embed = nn.Linear(length * (self.step_size - self.context_size), size)
        self.place = nn.Parameter(torch.randn(self.written, size))
        self.context = nn.Linear(self.context_size, size, bias=False) if self.context_size else None
        self.covariates = nn.Linear(length * self.known, size, bias=False) if self.known else None
        self.output = nn.Linear(self.encoder.output_size, length * self.width * self.head.num_parameters)

    def decode(self, window: Window) -> Tensor:
        rows, length = len(window.steps), self.options.segment_length
        steps = self.aligned_steps(window, self.read * length).reshape(rows, self.read, -1)  # (R, n, w I)
        state = self.encoder(torch.relu(self.embed(steps))).state
        each = tuple(part.repeat_interleave(self.written, dim=1).contiguous() for part in state)
        queries = self.queries(window).reshape(rows * self.written, 1, -1)
        outputs = self.dropout(self.encoder(queries, None, each).final)  # (R m, O)
        found = self.output(outputs).view(rows, self.written * length, self.width, -1)
        return found[:, : self.horizon]  # (R, H, c, D)

    def queries(self, window: Window) -> Tensor:
        """Return what the encoder reads for each segment of the horizon (R, m, S)."""
        found = self.place.expand(len(window.steps), -1, -1)
        if self.context is not None:
            found = found + self.context(window.context).unsqueeze(1)
        if self.covariates is not None:
            missing = self.written * self.options.segment_length - self.horizon
            future = F.pad(window.future, (0, 0, 0, missing))  # (R, m w, K)
            found = found + self.covariates(future.reshape(len(future), self.written, -1))
        return found
