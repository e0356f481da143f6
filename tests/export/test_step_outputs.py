"""The graph of a network with an output at each step gives the network's outputs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.export.session import open_session
from rnnlab.export.step_outputs import step_graph
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.step_network import StepNetwork

LENGTHS = np.array([6, 2, 4])


@pytest.mark.parametrize("kind", ["tokens", "values"])
def test_a_graph_gives_the_outputs_of_each_step(kind):
    torch.manual_seed(0)
    own = {"vocab_size": 7} if kind == "tokens" else {"features": 2}
    network = StepNetwork(RecurrentEncoder("lstm", 4, 5, 2), 4, 3, **own).eval()
    inputs = torch.randint(1, 7, (3, 6)) if kind == "tokens" else torch.randn(3, 6, 2)
    session = open_session(step_graph(network).model().SerializeToString(), threads=1)
    found = session.run(["outputs"], {kind: inputs.numpy(), "lengths": LENGTHS})[0]
    with torch.no_grad():
        expected = network(inputs).numpy()
    real = np.arange(6) < LENGTHS[:, None]
    np.testing.assert_allclose(found[real], expected[real], atol=1e-5)
