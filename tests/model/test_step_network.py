"""The network of probes: an output at each step that depends on no later step."""

from __future__ import annotations

import pytest
import torch

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.step_network import StepNetwork


@pytest.mark.parametrize("kind", ["ids", "values"])
def test_an_output_depends_on_the_steps_up_to_its_own(kind):
    torch.manual_seed(0)
    own = {"vocab_size": 5} if kind == "ids" else {"features": 2}
    network = StepNetwork(RecurrentEncoder("gru", 4, 6), 4, 3, **own)
    inputs = torch.randint(1, 5, (2, 7)) if kind == "ids" else torch.randn(2, 7, 2)
    whole = network(inputs)
    assert whole.shape == (2, 7, 3)
    torch.testing.assert_close(network(inputs[:, :4]), whole[:, :4])
    lengths = torch.tensor([7, 4])
    masked = network(inputs, lengths)
    torch.testing.assert_close(masked[1, :4], whole[1, :4])


@pytest.mark.parametrize(
    ("encoder", "settings", "said"),
    [
        (("gru", 4, 6), {}, "give one of the two"),
        (("gru", 4, 6), {"vocab_size": 5, "features": 2}, "give one of the two"),
        (("gru", 3, 6), {"vocab_size": 5}, "embedding_size=4 must equal the encoder's input_size=3"),
        (("gru", 4, 6, 1, True), {"vocab_size": 5}, "encoder must be causal"),
    ],
    ids=["neither", "both", "size", "bidirectional"],
)
def test_wrong_parts_are_refused(encoder, settings, said):
    with pytest.raises(ValueError, match=said):
        StepNetwork(RecurrentEncoder(*encoder), 4, 3, **settings)
