"""Check the Host header of requests, against DNS rebinding."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address

ANY = "*"


class Hosts:
    """The host names that requests may use for this service.

    The owner of a domain can point it at any address, also at this machine's, and a page of that domain could
    then read the service's answers (DNS rebinding). So addresses are always allowed, names only if listed.

    Args:
        names: allowed in addition to `localhost` and the machine's own name; `*` allows every name.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        ours = {"localhost", socket.gethostname().lower()}
        self._names = ours | {name.lower().rstrip(".") for name in names}

    def allow(self, header: bytes) -> bool:
        """Return whether a Host header names this service."""
        if ANY in self._names:
            return True
        name = host_of(header)
        return name in self._names or name.endswith(".localhost") or _is_address(name)


def host_of(header: bytes) -> str:
    """Return the name or address of a Host header, without port and IPv6 brackets."""
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
