"""What `import rnnlab` offers, each imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

NAMES = {
    "open_run": "rnnlab.sweep.best_run",
    "OpenRun": "rnnlab.run.folder.open_run",
    "runs": "rnnlab.run.folder.frame",
}


def attribute(name: str) -> Any:
    """The public thing of this name. Raises AttributeError where there is none, as modules do."""
    if name not in NAMES:
        raise AttributeError(f"module 'rnnlab' has no attribute {name!r}; it has {', '.join(NAMES)}")
    return getattr(import_module(NAMES[name]), name)
