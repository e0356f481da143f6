"""Entities as spans of tagged words, and the schemes in which tags write them: BIO, IOB1, BIOES, IO.

A tag is `O`, outside of entities, or a prefix and a type, such as `B-person`. In BIO (IOB2) every entity
begins with B; in IOB1 only one that follows another of its type; in IO none does, so that neighbours of one
type are one entity; BIOES marks ends (E) and entities of one word (S) too. K tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

BIO, IOB1, BIOES, IO = "BIO", "IOB1", "BIOES", "IO"
OUTSIDE = "O"
PREFIXES = {BIO: "BI", IOB1: "BI", BIOES: "BIES", IO: "I"}
SCHEMES = tuple(PREFIXES)
_ENDS = "ES"  # prefixes of an entity's last word


class Span(NamedTuple):
    """An entity: its type, the number of its first word, and that after its last word."""

    type: str
    start: int
    end: int


class Allowed(NamedTuple):
    """Tags that may stand first, `start` (K,), and last, `end` (K,), and `steps` (K, K) between."""

    start: np.ndarray
    steps: np.ndarray
    end: np.ndarray


def split_tag(tag: str) -> tuple[str, str]:
    """Return prefix and type; a tag of no scheme, such as NOUN, has an empty prefix and is its own type."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    prefix, mark, kind = tag.partition("-")
    return (prefix, kind) if mark and kind and prefix in tuple(PREFIXES[BIOES]) else ("", tag)


def check_tag(tag: str, scheme: str) -> None:
    """Raise ValueError for a tag that the scheme does not have."""
    if scheme not in PREFIXES:
        raise ValueError(f"scheme={scheme!r} must be one of {', '.join(SCHEMES)}")
    prefix, _ = split_tag(tag)
    if prefix != OUTSIDE and (not prefix or prefix not in PREFIXES[scheme]):
        tags = ", ".join([OUTSIDE, *(f"{letter}-TYPE" for letter in PREFIXES[scheme])])
        raise ValueError(f"tag {tag!r} is none of {scheme}, which has {tags}")


def spans_of(tags: Sequence[str], scheme: str = BIOES) -> list[Span]:
    """Return the entities of a sentence, read as conlleval does: one that lacks its beginning begins anyway.

    Where tags break their scheme (I-person after O or after I-group), this is the reading of the shared
    tasks of CoNLL and of WNUT17. Tags of every scheme read correctly by the rules of BIOES.

    Args:
        scheme: refuses tags that it does not have.

    Raises:
        ValueError: a tag is not the scheme's.
    """
    for tag in set(tags):
        check_tag(tag, scheme)
    found: list[Span] = []
    start, before, kind = 0, OUTSIDE, ""  # of the last tag
    for place, tag in enumerate([*tags, OUTSIDE]):
        prefix, own = split_tag(tag)
        goes_on = prefix in ("I", "E") and own == kind and before in ("B", "I")
        if before != OUTSIDE and not goes_on:
            found.append(Span(kind, start, place))
        if not goes_on:
            start = place
        before, kind = prefix, own
    return found


def tags_of(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Return the tags of a sentence of `length` words, from its entities in their order."""
    tags = [OUTSIDE] * length
    after: Span | None = None
    for span in spans:
        tags[span.start : span.end] = [f"{mark}-{span.type}" for mark in _marks(span, after, scheme)]
        after = span
    return tags


def _marks(span: Span, after: Span | None, scheme: str) -> str:
    """Return the prefixes of an entity's words; `after` is the entity before it."""
    size = span.end - span.start
    if scheme == BIOES:
        return "S" if size == 1 else f"B{'I' * (size - 2)}E"
    touches = after is not None and after.end == span.start and after.type == span.type
    begins = scheme == BIO or (scheme == IOB1 and touches)
    return f"B{'I' * (size - 1)}" if begins else "I" * size


def convert(tags: Sequence[str], source: str, target: str) -> list[str]:
    """Return the tags of a sentence in another scheme; IO cannot keep neighbours of one type apart.

    Raises:
        ValueError: a tag is not the source scheme's.
    """
    check_tag(OUTSIDE, target)
    return tags_of(spans_of(tags, source), len(tags), target)


def detect_scheme(sentences: Iterable[Sequence[str]]) -> str | None:
    """Return the scheme of tagged sentences; None where a tag is of none, as parts of speech are.

    Without B, E and S it is IO. With B and I it is IOB1 where B stands only between entities of one type and
    some entity begins with I, and else BIO.
    """
    prefixes: set[str] = set()
    bare_start = free_start = False  # an entity begins with I; one begins with B that follows no such type
    for tags in sentences:
        before, kind = OUTSIDE, ""
        for tag in tags:
            prefix, own = split_tag(tag)
            if not prefix:
                return None
            follows = before != OUTSIDE and own == kind
            bare_start |= prefix == "I" and not follows
            free_start |= prefix == "B" and not follows
            prefixes.add(prefix)
            before, kind = prefix, own
    prefixes.discard(OUTSIDE)
    if not prefixes:
        return None
    if prefixes & set(_ENDS):
        return BIOES
    if "B" not in prefixes:
        return IO
    return IOB1 if bare_start and not free_start else BIO


def allowed(tags: Sequence[str], scheme: str | None) -> Allowed:
    """Return which of K tags may stand first, follow each other and stand last; any where there is no scheme.

    Raises:
        ValueError: a tag is not the scheme's.
    """
    parts = [split_tag(tag) for tag in tags]
    if scheme is None:
        number = len(tags)
        return Allowed(np.ones(number, bool), np.ones((number, number), bool), np.ones(number, bool))
    for tag in tags:
        check_tag(tag, scheme)
    outside = (OUTSIDE, "")
    steps = [[may_follow(first, second, scheme) for second in parts] for first in parts]
    return Allowed(
        np.array([may_follow(outside, one, scheme) for one in parts], bool),
        np.array(steps, bool).reshape(len(tags), len(tags)),
        np.array([may_follow(one, outside, scheme) for one in parts], bool),
    )


def may_follow(first: tuple[str, str], second: tuple[str, str], scheme: str) -> bool:
    """Return whether a tag may follow another; both as prefix and type, see `split_tag`."""
    (before, old), (prefix, new) = first, second
    inside = before in ("B", "I") and old == new  # an entity of the second's type may go on
    if scheme == BIOES:
        is_open = before in ("B", "I")
        return inside if prefix in ("I", "E") else not is_open
    if scheme == BIO:
        return prefix != "I" or inside
    return scheme == IO or prefix != "B" or inside


def first_break(tags: Sequence[str], scheme: str) -> int | None:
    """Return the number of the first word whose tag may not follow the one before it; None where all may.

    A sentence that ends inside an entity of BIOES breaks after its last word: `len(tags)`.
    """
    before = (OUTSIDE, "")
    for place, tag in enumerate([*tags, OUTSIDE]):
        own = split_tag(tag)
        if not may_follow(before, own, scheme):
            return place
        before = own
    return None
