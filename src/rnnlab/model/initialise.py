"""Starting weights of recurrent layers."""

from __future__ import annotations

from torch import nn

FORGET_BIAS = 1.0


def initialise(layer: nn.RNNBase) -> None:
    """Orthogonal recurrent and Xavier input matrices, gate by gate; biases 0, the LSTM's forget gate 1.

    Orthogonal matrices keep the length of what passes through them (Saxe et al. 2014); a forget gate that
    starts open lets the gradient through time (Gers et al. 2000, Jozefowicz et al. 2015). torch adds two
    biases: the 1 is their sum.
    """
    for name, parameter in layer.named_parameters():
        gates = parameter.data.split(layer.hidden_size)  # torch stacks the gates along the rows
        for gate in gates:
            if name.startswith("weight_hh"):
                nn.init.orthogonal_(gate)
            elif name.startswith("weight_ih"):
                nn.init.xavier_uniform_(gate)
            else:
                nn.init.zeros_(gate)
        if layer.mode == "LSTM" and name.startswith("bias_ih"):
            nn.init.constant_(gates[1], FORGET_BIAS)  # rows: input, forget, candidate, output
