"""The convolution before a recurrent layer."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.make_layer import make_layer
from rnnlab.model.short_convolution import Convolved, convolved


def test_the_convolution_is_torchs_and_causal():
    layer = Convolved(make_layer("gru", 5, 4, CellOptions()), 3).double()
    torch.manual_seed(0)
    nn.init.normal_(layer.bias)
    inputs = torch.randn(3, 7, 5, dtype=torch.double)
    kernel = layer.weight.flip(0).T.unsqueeze(1)  # (I, 1, K), the oldest input first
    mixed = F.conv1d(F.pad(inputs.mT, (2, 0)), kernel, layer.bias, groups=5).mT
    expected = layer.layer(mixed.transpose(0, 1))
    torch.testing.assert_close(layer(inputs.transpose(0, 1)).outputs, expected.outputs, rtol=0, atol=1e-12)


def test_size_0_leaves_the_layer_as_it_is():
    layer = make_layer("gru", 5, 4, CellOptions())
    assert convolved(layer, 0) is layer
    assert convolved(layer, 2).state_sizes == (4, 5)
