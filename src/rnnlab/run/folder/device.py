"""Device of a run's network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from torch import nn


def on_device(network: nn.Module, device: str) -> nn.Module:
    """Move the network to the device. Raises SettingError where this machine has no such device."""
    try:
        return network.to(device)
    except (RuntimeError, AssertionError) as error:
        raise SettingError("device", device, f"cannot be used: {str(error).splitlines()[0]}") from error
