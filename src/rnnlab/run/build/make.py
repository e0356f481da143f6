"""Build the object that a config node names."""

from __future__ import annotations

from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from rnnlab.errors import UserError


def make(node: Any, **parts: Any) -> Any:
    """Build the object that a config node names, from its keys and parts that are objects already.

    Objects do not pass through Hydra's own call, which would turn dataclasses and lists into configs.

    Raises:
        UserError: as a part that is a node of its own raised it, without Hydra's words around it.
    """
    try:
        maker: Any = instantiate(node, _partial_=True, _convert_="all")
    except InstantiationException as error:
        if isinstance(error.__cause__, UserError):
            raise error.__cause__ from None
        raise
    return maker(**parts)
