"""Build the object that a config node names."""

from __future__ import annotations

from typing import Any

from hydra.utils import instantiate


def make(node: Any, **parts: Any) -> Any:
    """Build the object that a config node names, from its keys and parts that are objects already.

    Objects do not pass through Hydra's own call, which would turn dataclasses and lists into configs.
    """
    maker: Any = instantiate(node, _partial_=True, _convert_="all")
    return maker(**parts)
