"""The public names of `import rnnlab`, each imported on first access."""

from __future__ import annotations

from importlib import import_module
from typing import Any

NAMES = {
    "open_run": "rnnlab.sweep.best_run",
    "OpenRun": "rnnlab.run.folder.open_run",
    "runs": "rnnlab.run.folder.frame",
    "load_data": "rnnlab.run.build.load_data",
}


def attribute(name: str) -> Any:
    """Return the public object of this name. Raises AttributeError if there is none, as modules do."""
    if name not in NAMES:
        raise AttributeError(f"module 'rnnlab' has no attribute {name!r}; it has {', '.join(NAMES)}")
    return getattr(import_module(NAMES[name]), name)
