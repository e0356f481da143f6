"""The splits of a tagged data set: read, rows held out, tags by one list of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.data.fewer import fewer_rows
from rnnlab.data.labelled import split_rows
from rnnlab.data.split import shared_rows
from rnnlab.data.split_spec import SPLITS, SplitSpec
from rnnlab.data.tagged_files import read_tagged
from rnnlab.data.tagged_more import MoreSentences, renamed
from rnnlab.data.tagged_sentence import Sentence, TaggedFile, TaggedFormat
from rnnlab.errors import SettingError

MORE = "more"  # the file of sentences that are added to train


class TagNames(NamedTuple):
    """The tags of a data set.

    Attributes:
        names: of K tags, in the order of their ids.
        scheme: how they mark entities, a name of `rnnlab.evaluation.entities`; None where they mark none.
        tags: of each sentence of each file, T names each.
        notes: sentences for the log and the report.
    """

    names: list[str]
    scheme: str | None
    tags: dict[str, list[list[str]]]
    notes: list[str]


Files = Mapping[str, Path]
NameTags = Callable[[Mapping[str, Sequence[Sentence]], Files], TagNames]


class TaggedSplit(NamedTuple):
    """N sentences: their words, their tags as ids (T,), and the number of each in its file, from 0."""

    words: list[list[str]]
    tags: list[np.ndarray]
    rows: np.ndarray
    file: str


@dataclass(frozen=True)
class TaggedCorpus:
    """The splits with the names of their tags; `skipped` counts sentences left out, by file."""

    splits: dict[str, TaggedSplit]
    names: list[str]
    scheme: str | None
    notes: list[str]
    skipped: dict[str, int]


def plain_names(sentences: Mapping[str, Sequence[Sentence]], files: Files) -> TagNames:
    """Return the tags as they are written: in alphabetical order, without a scheme."""
    tags = {split: [sentence.tags for sentence in found] for split, found in sentences.items()}
    names = sorted({tag for found in tags.values() for one in found for tag in one})
    return TagNames(names, None, tags, [])


def build_corpus(
    files: Files,
    form: TaggedFormat,
    split: SplitSpec,
    name_tags: NameTags,
    more: MoreSentences | None = None,
) -> TaggedCorpus:
    """Read the files and make the splits.

    Args:
        files: of the splits, and maybe of `more` sentences to train on.
        split: the fractions that are held out where a file is missing.
        name_tags: gives the tags their names, by the rules of a scheme.
        more: what the tags of `more` mean here; None takes them as they are.

    Raises:
        SettingError: see `rnnlab.data.tagged_files`; there is only one tag.
    """
    files = {name: files[name] for name in (*SPLITS, MORE) if name in files}
    read, noted = read_files(files, form, more or MoreSentences())
    named = name_tags({name: found.sentences for name, found in read.items()}, files)
    if len(named.names) < 2:
        rule = f"every word of {files['train']} has the tag {named.names[0]}; at least two are needed"
        raise SettingError("data.tag_column", form.tag_column, rule)
    texts = {name: [" ".join(one.words) for one in read[name].sentences] for name in SPLITS if name in read}
    strata = np.zeros(len(texts["train"]), dtype=np.int64)
    parts, held = split_rows(texts, strata, split)
    _, known = shared_rows(texts)
    few, drawn = fewer_rows(strata[parts["train"].rows], split.train_rows, split.split_seed)
    rows = {name: part.rows[few] if name == "train" else part.rows for name, part in parts.items()}
    splits = {
        name: taken(read[part.file].sentences, named, part.file, rows[name]) for name, part in parts.items()
    }
    if MORE in read:
        added = taken(read[MORE].sentences, named, MORE, np.arange(len(read[MORE].sentences)))
        splits["train"] = joined(splits["train"], added, len(texts["train"]))
    notes = [*held, *known, *noted, *drawn, *named.notes, *unseen(splits, named.names, named.scheme)]
    skipped = {name: len(found.broken) for name, found in read.items() if found.broken}
    return TaggedCorpus(splits, named.names, named.scheme, notes, skipped)


def read_files(
    files: Files, form: TaggedFormat, more: MoreSentences
) -> tuple[dict[str, TaggedFile], list[str]]:
    """Return the sentences of each file, and notes on the files."""
    read = {name: read_tagged(path, form) for name, path in files.items()}
    notes = [note for found in read.values() for note in found.notes]
    notes += [left_out(read[name].broken, path) for name, path in files.items() if read[name].broken]
    if MORE in read:
        read[MORE], counted = renamed(read[MORE], more, files[MORE])
        notes += counted
    return read, notes


def taken(sentences: Sequence[Sentence], named: TagNames, file: str, rows: np.ndarray) -> TaggedSplit:
    """Return some rows of a file, their tags as ids."""
    ids, tags = {name: number for number, name in enumerate(named.names)}, named.tags[file]
    numbered = [np.array([ids[tag] for tag in tags[row]], dtype=np.int64) for row in rows]
    return TaggedSplit([sentences[row].words for row in rows], numbered, rows, file)


def joined(train: TaggedSplit, more: TaggedSplit, first: int) -> TaggedSplit:
    """Return the train rows and after them those of another file, which are numbered from `first` on."""
    rows = np.concatenate([train.rows, first + more.rows])
    return train._replace(words=train.words + more.words, tags=train.tags + more.tags, rows=rows)


def left_out(broken: list[str], path: Path) -> str:
    """Return the note on sentences with broken lines."""
    count = f"{len(broken):,} sentences" if len(broken) > 1 else "1 sentence"
    return f"{count} of {path.name} left out (data.on_error=skip); the first because {broken[0]}"


def unseen(splits: Mapping[str, TaggedSplit], names: Sequence[str], scheme: str | None) -> list[str]:
    """Return a note on tags that no train word has; of a scheme's tags on types."""
    known = [names[tag] for tags in splits["train"].tags for tag in np.unique(tags)]
    shown = [name if scheme is None else name.partition("-")[2] or name for name in names]
    seen = {name if scheme is None else name.partition("-")[2] or name for name in known}
    absent = dict.fromkeys(name for name in shown if name not in seen)
    what = "tag" if scheme is None else "type"
    return [f"no train word has the {what} {', '.join(absent)}"] if absent else []
