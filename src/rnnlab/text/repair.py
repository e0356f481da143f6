"""Repair of text that was decoded with the wrong encoding."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftfy import TextFixerConfig


def repair(text: str) -> str:
    """Undo mojibake (`â€™` for `’`); other steps convert quotes, entities, line ends and control characters.

    ASCII text passes untouched: nothing in it was read wrongly.
    """
    if text.isascii():
        return text
    import ftfy

    return ftfy.fix_text(text, _settings())


@cache
def _settings() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
