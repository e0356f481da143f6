"""Marks, which a step writes after a word or instead of it. A tokenizer keeps each as one token."""

from __future__ import annotations

MARK_PATTERN = r"</?[a-z]+>"

URL, USER, NUMBER, HASHTAG = "<url>", "<user>", "<number>", "<hashtag>"
LONG, SHOUT, CENSORED, NOT = "<long>", "<shout>", "<censored>", "<not>"
MARKS: tuple[str, ...] = (URL, USER, NUMBER, HASHTAG, LONG, SHOUT, CENSORED, NOT)


def tidy(text: str) -> str:
    """Return `text` with single spaces between words and none at its ends.

    A step writes its marks and words with a space on either side and calls this if it wrote any. Only plain
    spaces count, so that line ends stay.
    """
    return " ".join([part for part in text.split(" ") if part])
