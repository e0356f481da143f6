"""Marks: what a step writes in place of, or behind, a word. A tokenizer keeps each as one token."""

from __future__ import annotations

MARK_PATTERN = r"</?[a-z]+>"

MARKS: tuple[str, ...] = (
    "<url>",
    "<user>",
    "<number>",
    "<hashtag>",
    "<long>",
    "<shout>",
    "<censored>",
    "<not>",
)
