"""Hash of the training texts of a tokenizer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rnnlab.tokenizer.blocks import Blocks


def digest(texts: Sequence[str]) -> str:
    """Return the sha256 of texts in order; it is the same only if every text is the same."""
    if isinstance(texts, Blocks):
        return texts.digest()
    total = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        total.update(len(content).to_bytes(8, "little"))
        total.update(content)
    return total.hexdigest()
