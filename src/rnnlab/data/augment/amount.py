"""How many changes a share of a text's tokens makes."""

from __future__ import annotations


def changes(share: float, tokens: int) -> int:
    """`share * tokens` rounded down, but at least one (Wei & Zou 2019); none of nothing."""
    return max(1, int(share * tokens)) if share > 0 and tokens else 0
