"""Sentences of another data set, whose tags get the names that they have in this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rnnlab.data.tagged_sentence import Sentence, TaggedFile
from rnnlab.errors import SettingError


class MoreSentences(NamedTuple):
    """Translation of another data set's tags to those of this one.

    Attributes:
        types: its types of entities and what they are called here; a sentence with another type is left out.
            None takes all as they are.
        outside: an entity whose first word begins with it is none here, as `@` of @mentions; None for none.
    """

    types: Mapping[str, str] | None = None
    outside: str | None = None


def renamed(found: TaggedFile, more: MoreSentences, path: Path) -> tuple[TaggedFile, list[str]]:
    """Return the sentences with our names for their types, and notes on how many there are.

    Raises:
        SettingError: none is left.
    """
    kept, types = [], more.types
    for one in found.sentences:
        tags = one.tags if more.outside is None else without(one, more.outside)
        ours = tags if types is None else [rename(tag, types) for tag in tags]
        kept += [] if None in ours else [one._replace(tags=[str(tag) for tag in ours])]
    if not kept:
        rule = f"every sentence of {path} has a type that is not among them"
        raise SettingError("data.more_types", dict(types or {}), rule)
    lost = len(found.sentences) - len(kept)
    note = f"{len(kept):,} more sentences to train on from {path.name}"
    note += f"; {lost:,} with other types than {', '.join(types or ())} are left out" if lost else ""
    return found._replace(sentences=kept), [note]


def without(sentence: Sentence, mark: str) -> list[str]:
    """Return the tags with `O` for each entity whose first word begins with the mark."""
    tags, before, dropped = [], "O", False
    for word, tag in zip(sentence.words, sentence.tags, strict=True):
        goes_on = before != "O" and tag[:2] in ("I-", "E-") and tag[2:] == before[2:]
        dropped = dropped if goes_on else word.startswith(mark)
        tags.append("O" if dropped else tag)
        before = tag
    return tags


def rename(tag: str, types: Mapping[str, str]) -> str | None:
    """Return a tag with another name for its type; None for a type that has none. `O` stays."""
    prefix, mark, kind = tag.partition("-")
    if tag == "O":
        return tag
    return f"{prefix}-{types[kind]}" if mark and kind in types else types.get(tag)
