"""What HTML leaves in text: breaks, tags, entities."""

from __future__ import annotations

import html
import re

_BREAKS = re.compile(r"<br\s*/?>(?:\s*<br\s*/?>)*", re.IGNORECASE)


def html_breaks(text: str) -> str:
    """Each run of `<br>`, `<br/>` and `<br />` becomes one newline."""
    return _BREAKS.sub("\n", text) if "<" in text else text


def html_entities(text: str) -> str:
    """`&amp;`, `&#39;` and their like become the characters that they stand for."""
    return html.unescape(text) if "&" in text else text
