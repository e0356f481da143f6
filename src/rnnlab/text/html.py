"""Removal of HTML from text: breaks, tags, entities."""

from __future__ import annotations

import html
import re

from rnnlab.text.characters import unicode

_BREAKS = re.compile(r"<br\s*/?>(?:\s*<br\s*/?>)*", re.IGNORECASE)
# by name: `<3`, `a < b` and our own marks are no tags
_NAMES = (
    "a|abbr|article|aside|b|big|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|em|fieldset|figure|font"
    "|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|ol|option|p|pre|q|s"
    "|script|section|select|small|span|strike|strong|style|sub|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr"
    "|tt|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NUMBERED = re.compile(r"&#(?:[0-9]+|x[0-9a-f]+);?", re.IGNORECASE)


def html_breaks(text: str) -> str:
    """Replace each run of `<br>`, `<br/>` and `<br />` by one newline."""
    return _BREAKS.sub("\n", text) if "<" in text else text


def html_tags(text: str) -> str:
    """Replace each HTML tag by a space; the text between tags stays."""
    return _TAG.sub(" ", text) if "<" in text else text


def html_entities(text: str, mode: str = "once") -> str:
    """Replace HTML entities such as `&amp;` and `&#39;` by their characters.

    An entity of a control character becomes a space. `all` repeats this until nothing changes, so that
    `&amp;lt;3` is `<3`; it first applies `unicode` to a text with `&`, as another form of the semicolon can
    hide an entity.
    """
    if "&" not in text:
        return text
    if mode == "once":
        return _unescaped(text)
    text = unicode(text)
    while (unescaped := unicode(_unescaped(text))) != text:
        text = unescaped
    return text


def _unescaped(text: str) -> str:
    """Replace entities; `html.unescape` drops those of control characters, which would join words."""
    if "&#" in text:
        text = _NUMBERED.sub(lambda match: match[0] if html.unescape(match[0]) else " ", text)
    return html.unescape(text)


def holds_bracket(piece: str) -> bool:
    """Return whether a break or a tag may begin in a piece of a text."""
    return "<" in piece


def holds_entity(piece: str) -> bool:
    """Return whether a piece of a text may hold an entity."""
    return "&" in piece
