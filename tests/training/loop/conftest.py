"""The tiny runs of the callbacks' tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SPEC = importlib.util.spec_from_file_location(
    "tiny_runs", Path(__file__).parents[1] / "callback" / "conftest.py"
)
assert SPEC is not None
assert SPEC.loader is not None
RUNS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(RUNS)
still, tiny = RUNS.still, RUNS.tiny
