"""Bind a server's socket, before anything slow is loaded."""

from __future__ import annotations

import socket

from rnnlab.errors import SettingError


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that is not listening yet. Raises SettingError if it cannot be bound."""
    if not 0 <= port <= 65535:
        raise SettingError("--port", port, "must be between 0 and 65535")
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise SettingError("--host", host, "is no address of this machine") from error
    bound = socket.socket(family, kind, number)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise SettingError("--port", port, f"cannot be used on {host}: {error.strerror}") from error
    return bound
