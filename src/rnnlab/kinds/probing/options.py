"""Options of `rnnlab evaluate` that a probe reads."""

from __future__ import annotations

from types import MappingProxyType

from rnnlab.kinds.option import Option

LENGTHS = "lengths"
EVALUATION_OPTIONS = MappingProxyType(
    {LENGTHS: Option(str, "N,N,...", "lengths to test at, such as 40,80,160 (default: as trained)")}
)
