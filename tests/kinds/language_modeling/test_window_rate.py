"""A step with a learning rate of its own."""

import torch

from rnnlab.kinds.language_modeling.window_rate import WindowRate


def test_one_step_is_scaled_and_the_rate_is_put_back():
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    rate = WindowRate()
    rate.attach(optimizer)
    places = []
    for scale in (1.0, 0.5, 1.0):
        weight.grad, rate.scale = torch.ones(1), scale
        rate.apply(optimizer)
        optimizer.step()
        places.append(round(weight.item(), 6))
        assert optimizer.param_groups[0]["lr"] == 0.1
    assert places == [-0.1, -0.15, -0.25]
