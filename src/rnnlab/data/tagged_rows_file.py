"""Reads files with a tagged sentence in each row: lists of words and tags, in JSON lines or Parquet."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from rnnlab.data.file_format import Asked, encoding_of, opened
from rnnlab.data.files import SKIP
from rnnlab.data.record import BROKEN
from rnnlab.data.record_parquet import open_parquet
from rnnlab.data.tagged_sentence import AUTO, Sentence, TaggedFile, TaggedFormat
from rnnlab.errors import SettingError
from rnnlab.untrusted import parse_json

TAGS = (
    "tags",
    "ner_tags",
    "upos",
    "pos_tags",
)  # what data sets of the hub call them, the first that is there
Wanted = tuple[str, tuple[str, ...]]  # the column of words, and names that the column of tags may have
Cell = tuple[Any, Any, str]  # words, tags and the problem, "" for none


def read_rows(path: Path, kind: str, form: TaggedFormat, asked: Asked) -> TaggedFile:
    """Read the sentences of a file of rows.

    Raises:
        SettingError: a broken row (with its number), or a column that is not there.
    """
    names = [str(name) for name in form.columns("tokens", TAGS[0])]
    wanted = TAGS if form.tag_column == AUTO else (names[1],)
    rows = (json_rows if kind == "jsonl" else parquet_rows)(path, (names[0], wanted), form, asked)
    sentences, broken = [], []
    for number, (words, tags, problem) in rows:
        problem = problem or problem_of(words, tags, names)
        if not problem:
            sentences += [Sentence(words, [str(tag) for tag in tags], [number] * len(words))] if words else []
        elif form.on_error == "skip":
            broken.append(f"line {number} {problem}")
        else:
            raise SettingError(asked.file, path, f"line {number} {problem}; {SKIP}")
    return TaggedFile(sentences, broken, [])


def problem_of(words: Any, tags: Any, names: list[str]) -> str:
    """Return what is wrong with a row as a phrase, "" for nothing."""
    for name, cell in zip(names, (words, tags), strict=True):
        if cell is None:
            return f"has no {name}"
        if not isinstance(cell, list):
            return f"has {name} that are no list"
    if len(words) != len(tags):
        return f"has {len(words)} {names[0]} and {len(tags)} {names[1]}"
    if not all(isinstance(word, str) for word in words):
        return f"has {names[0]} that are no texts"
    if any(tag is None or isinstance(tag, list | dict | float) or str(tag).strip() == "" for tag in tags):
        return f"has {names[1]} that are no names"
    return "has half a symbol in a word" if any(BROKEN.search(word) for word in words) else ""


def json_rows(path: Path, names: Wanted, form: TaggedFormat, asked: Asked) -> Iterator[tuple[int, Cell]]:
    """Yield the cells of each line's object with the line's number; empty lines are left out."""
    with opened(path, encoding_of(path, form.file_format, asked)) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, json_cells(line, names)


def json_cells(line: str, names: Wanted) -> Cell:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None, None, "is not JSON"
    if not isinstance(found, dict):
        return None, None, "is no JSON object"
    return found.get(names[0]), found.get(first_of(names[1], found)), ""


def first_of(names: Sequence[str], there: Container[str]) -> str:
    """Return the first name that is there, or the first of all."""
    return next((name for name in names if name in there), names[0])


def parquet_rows(path: Path, wanted: Wanted, form: TaggedFormat, asked: Asked) -> Iterator[tuple[int, Cell]]:
    """Yield the cells of each row; numbers of a ClassLabel are replaced by their names.

    Raises:
        SettingError: the file cannot be read, or lacks a column.
    """
    file = open_parquet(path, asked)
    there = file.schema_arrow.names
    names = wanted[0], first_of(wanted[1], there)
    for setting, name in zip(("token_column", "tag_column"), names, strict=True):
        if name not in there:
            raise SettingError(asked.setting(setting), name, f"no such column in {path}", names=there)
    labels = label_names(file.schema_arrow.metadata, names[1])
    number = 0
    for batch in file.iter_batches(columns=list(dict.fromkeys(names))):
        for row in batch.to_pylist():
            number += 1
            words, tags = row[names[0]], row[names[1]]
            if labels is not None and isinstance(tags, list):
                tags = [labels[tag] if 0 <= tag < len(labels) else None for tag in tags]
            yield number, (words, tags, "")


def label_names(metadata: dict[bytes, bytes] | None, column: str) -> list[str] | None:
    """Return the names of a column of lists of ClassLabel, as `datasets` notes them in Parquet files."""
    try:
        feature = parse_json((metadata or {})[b"huggingface"])["info"]["features"][column]
        names = feature.get("feature", feature)["names"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return [str(name) for name in names]
