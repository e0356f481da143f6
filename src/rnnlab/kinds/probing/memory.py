"""How far back a probe's network remembers: memory.json of a run."""

from __future__ import annotations

FILE = "memory.json"
