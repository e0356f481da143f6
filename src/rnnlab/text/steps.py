"""The cleaning steps by name, in the one order in which they run."""

from __future__ import annotations

from rnnlab.text.characters import newlines, unicode, whitespace
from rnnlab.text.html import html_breaks, html_entities
from rnnlab.text.step import Step

STEPS: dict[str, Step] = {
    "html_breaks": Step(html_breaks),
    "html_entities": Step(html_entities),
    "unicode": Step(unicode),
    "newlines": Step(newlines),
    "whitespace": Step(whitespace),
}
