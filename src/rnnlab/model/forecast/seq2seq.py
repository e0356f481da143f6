"""An encoder-decoder with attention: the decoder reads what is known of the horizon and looks back.

Shapes: R rows, L input steps, H horizon, K known covariates, E features of a place, c targets.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.forecast.multi_horizon import MultiHorizon
from rnnlab.model.forecast.window import Window
from rnnlab.model.sequence import padding_mask

PLACE_SIZE = 32  # features of a place in the horizon


class Seq2Seq(MultiHorizon):
    """A second network of the encoder's cell and sizes reads the horizon's steps: a learned vector of each
    place, its known covariates and the row's context. Its outputs attend to the encoder's (Luong et al.
    2015).

    It reads no value of the horizon, neither true nor forecast: errors do not accumulate, and all steps are
    computed together.

    Raises:
        ValueError: also for an encoder whose cell is not one of rnnlab's.
    """

    def make_parts(self) -> None:
        encoder = self.encoder
        read = PLACE_SIZE + self.known + self.context_size
        sizes = (encoder.output_size, read, None, encoder.cell, encoder.hidden_size, encoder.num_layers)
        self.decoder = LuongDecoder(*sizes, options=encoder.options)
        self.place = nn.Parameter(torch.randn(self.horizon, PLACE_SIZE) * PLACE_SIZE**-0.5)
        self.output = nn.Linear(self.decoder.output_size, self.width * self.head.num_parameters)

    def decode(self, window: Window) -> Tensor:
        encoded = self.encode(window.steps, window.lengths)
        rows, num_steps = window.steps.shape[:2]
        mask = window.steps.new_ones(rows, num_steps, dtype=torch.bool)
        if window.lengths is not None:
            mask = padding_mask(window.lengths, num_steps)  # (R, L)
        memory = self.decoder.memory(encoded.outputs, mask, None, 0)
        places = self.place.expand(rows, -1, -1)
        context = window.context.unsqueeze(1).expand(-1, self.horizon, -1)
        vectors = torch.cat((places, window.future, context), dim=-1)  # (R, H, E + K + context)
        features = self.decoder.read(vectors, memory, self.decoder.start(encoded)).features
        return self.output(self.dropout(features)).view(rows, self.horizon, self.width, -1)
