"""The Python of a peer of the race, for scripts that measure the same library in another way."""

from __future__ import annotations

from environment import python_of
from lanes import all_tasks


def peer_python(task: str, library: str) -> str:
    """Return the Python of a library that races in a task; its environment is made if it is not there.

    Raises:
        InstallError: it cannot be installed.
    """
    peer = next(peer for peer in all_tasks()[task].peers if peer.name.startswith(library))
    return str(python_of(peer.requirements))
