"""Which names a request may call this service by: a page of another name that points here reads nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address

ANY = "*"


class Hosts:
    """Names that are this service's.

    A page in a browser may ask for any name, and whoever owns a name lets it mean any address, this machine's
    own too (DNS rebinding). Addresses are therefore always fine, and names only where they are ours.

    Args:
        names: beside `localhost` and the machine's own; `*` for every name.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        ours = {"localhost", socket.gethostname().lower()}
        self._names = ours | {name.lower().rstrip(".") for name in names}

    def allow(self, header: bytes) -> bool:
        """Whether a Host header names this service."""
        if ANY in self._names:
            return True
        name = host_of(header)
        return name in self._names or name.endswith(".localhost") or _is_address(name)


def host_of(header: bytes) -> str:
    """The name or address of a Host header, without its port and the brackets of IPv6."""
    text = header.decode("latin-1").strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0].rstrip(".") if ":" in text else text.rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
