"""Tags of files to the tags that a network learns: schemes found, checked and converted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rnnlab.data.tagged_corpus import Files, TagNames
from rnnlab.data.tagged_sentence import Sentence
from rnnlab.errors import SettingError
from rnnlab.evaluation.entities import (
    IOB1,
    OUTSIDE,
    PREFIXES,
    check_tag,
    convert,
    detect_scheme,
    first_break,
    split_tag,
)

AUTO, NONE = "auto", "none"
Sentences = Mapping[str, Sequence[Sentence]]


class SchemeNames:
    """Names the tags of a data set in a network's scheme; see `rnnlab.data.tagged_corpus.NameTags`.

    Args:
        given: the scheme of the files: `auto` finds it, `none` takes tags as labels without a scheme.
        target: the scheme that the network learns.
    """

    def __init__(self, given: str, target: str) -> None:
        self.given, self.target = given, target

    def __call__(self, sentences: Sentences, files: Files) -> TagNames:
        """Return the tags in the network's scheme; as they are written where they have none.

        Raises:
            SettingError: a tag that the files' scheme does not have (names its line).
        """
        source = self.source(sentences, files)
        if source is None:
            tags = {split: [one.tags for one in found] for split, found in sentences.items()}
            names = sorted({tag for found in tags.values() for one in found for tag in one})
            return TagNames(names, None, tags, [])
        for split, found in sentences.items():
            check_tags(found, source, files[split])
        tags = {
            split: [convert(one.tags, source, self.target) for one in found]
            for split, found in sentences.items()
        }
        kinds = sorted({split_tag(tag)[1] for found in tags.values() for one in found for tag in one} - {""})
        names = [OUTSIDE, *(f"{mark}-{kind}" for kind in kinds for mark in PREFIXES[self.target])]
        return TagNames(names, self.target, tags, notes_of(sentences, source, self.target, files))

    def source(self, sentences: Sentences, files: Files) -> str | None:
        """Return the scheme of the files.

        Raises:
            SettingError: most tags are those of entities, but one is of no scheme.
        """
        if self.given != AUTO:
            return None if self.given == NONE else self.given
        found = detect_scheme([one.tags for one in sentences["train"]])
        if found is None and looks_like_entities(sentences["train"]):
            place = next(
                (line, tag)
                for one in sentences["train"]
                for line, tag in zip(one.lines, one.tags, strict=True)
                if not split_tag(tag)[0]
            )
            rule = f"line {place[0]} of {files['train']} has the tag {place[1]!r}, which is of no scheme: "
            rule += "O, B-TYPE, I-TYPE, E-TYPE, S-TYPE; data.scheme=none takes all tags as they are"
            raise SettingError("data.scheme", AUTO, rule)
        return found


def looks_like_entities(sentences: Sequence[Sentence]) -> bool:
    """Return whether O stands among the tags, and most of the others have a scheme's prefix."""
    prefixes = [split_tag(tag)[0] for one in sentences for tag in one.tags if tag != OUTSIDE]
    total = sum(len(one.tags) for one in sentences)
    return len(prefixes) < total and sum(map(bool, prefixes)) * 2 > len(prefixes)


def check_tags(sentences: Sequence[Sentence], scheme: str, path: Path) -> None:
    """Raise SettingError for the first tag that the scheme does not have; names its line."""
    for one in sentences:
        for line, tag in zip(one.lines, one.tags, strict=True):
            try:
                check_tag(tag, scheme)
            except ValueError as error:
                raise SettingError("data.scheme", scheme, f"line {line} of {path}: {error}") from error


def notes_of(sentences: Sentences, source: str, target: str, files: Files) -> list[str]:
    """Return a note on the schemes, and on sentences whose tags break that of the files."""
    notes = [f"the tags are read as {source} and learned as {target}"] if source != target else []
    for split, found in sentences.items():
        broken = [one for one in found if first_break(one.tags, source) is not None]
        if broken and source != IOB1:
            place = broken[0].lines[min(first_break(broken[0].tags, source) or 0, len(broken[0].lines) - 1)]
            how = "an entity without its beginning begins anyway"
            many = "sentences break" if len(broken) > 1 else "sentence breaks"
            notes.append(
                f"{len(broken):,} {many} {source} in {files[split].name}, first at line {place}: {how}"
            )
    return notes
