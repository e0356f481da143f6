"""Reads files of tagged sentences: CoNLL columns, CoNLL-U, JSON lines and Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rnnlab.data.file_format import Asked, encoding_of, nearest_encoding, opened
from rnnlab.data.files import SKIP
from rnnlab.data.record import BROKEN
from rnnlab.data.tagged_rows_file import read_rows
from rnnlab.data.tagged_sentence import AUTO, Sentence, TaggedFile, TaggedFormat
from rnnlab.errors import SettingError

ENDINGS = {".conllu": "conllu", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
CONLLU = {
    name: place
    for place, name in enumerate(
        ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
    )
}
DOCUMENT = "-DOCSTART-"
_SEVERAL = re.compile(r"[0-9]+[-.][0-9]+")  # a word of several, or one that is not written, in CoNLL-U


class BadLine(Exception):
    """A line cannot be read; the message is a phrase that follows "line 3"."""


def read_tagged(path: Path, form: TaggedFormat, asked: Asked | None = None) -> TaggedFile:
    """Read the sentences of a file.

    Raises:
        SettingError: a broken line (with its number), no sentence, a column that is not there, or a file that
            is not in its format.
    """
    asked = asked or Asked()
    kind = ENDINGS.get(path.suffix.lower(), "conll") if form.format == AUTO else form.format
    if not path.is_file():
        raise SettingError(asked.file, path, "is a folder" if path.is_dir() else "there is no such file")
    if kind in ("jsonl", "parquet"):
        found = read_rows(path, kind, form, asked)
    else:
        found = read_lines(path, kind, form, asked)
    if not found.sentences:
        raise SettingError(asked.file, path, "has no sound sentence" if found.broken else "has no sentences")
    return found


def read_lines(path: Path, kind: str, form: TaggedFormat, asked: Asked) -> TaggedFile:
    """Read a file with a word on each line and an empty line after each sentence."""
    encoding = encoding_of(path, form.file_format, asked)
    columns = Columns(kind, form, encoding, asked)
    sentences, broken, words, problem = [], [], Sentence([], [], []), ""
    for number, line in numbered(path, encoding):
        if line.strip():
            try:
                columns.read(line, number, words)
            except BadLine as error:
                problem = problem or f"line {number} {error}"
                if form.on_error == "stop":
                    raise SettingError(asked.file, path, f"{problem}; {SKIP}") from error
        else:
            sentences += [words] if words.words and not problem else []
            broken += [problem] if problem else []
            words, problem = Sentence([], [], []), ""
    notes = [f"{columns.blank:,} words of {path.name} are blank"] if columns.blank else []
    return TaggedFile(sentences, broken, notes)


def numbered(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers from 1, and an empty one at the end."""
    number = 0
    with opened(path, encoding) as file:
        for number, line in enumerate(file, 1):
            yield number, line.rstrip("\r\n")
    yield number + 1, ""


class Columns:
    """Reads the words and tags of lines.

    Attributes:
        blank: words so far that are white space, as some corpora have for symbols that they could not keep.

    Raises:
        SettingError: a column that CoNLL-U does not have, or a name where a number belongs.
    """

    def __init__(self, kind: str, form: TaggedFormat, encoding: str, asked: Asked) -> None:
        self.unified, self.encoding, self.asked = kind == "conllu", encoding, asked
        given = form.columns("form", "upos") if self.unified else form.columns(0, -1)
        names = zip(("token_column", "tag_column"), given, strict=True)
        self.token, self.tag = (self._place(name, value) for name, value in names)
        self.count, self.blank = (len(CONLLU) if self.unified else 0), 0

    def _place(self, name: str, value: str | int) -> int:
        if self.unified and value in CONLLU:
            return CONLLU[str(value)]
        if self.unified:
            raise SettingError(self.asked.setting(name), value, "no such column in CoNLL-U", names=CONLLU)
        if not isinstance(value, int) or isinstance(value, bool):
            rule = "must be the number of a column, from 0, or from the last as -1"
            raise SettingError(self.asked.setting(name), value, rule)
        return value

    def read(self, line: str, number: int, into: Sentence) -> None:
        """Append the word of a line, if it holds one. Raises BadLine if it cannot be read."""
        if (self.unified and line.startswith("#")) or line.startswith(DOCUMENT):
            return
        if not line.isascii() and BROKEN.search(line):
            hint = self.asked.hint("encoding", nearest_encoding(line))
            raise BadLine(f"is not {self.encoding.removesuffix('-sig')}: {hint} may read it")
        cells = line.split("\t") if "\t" in line else line.split()
        if self.unified and _SEVERAL.fullmatch(cells[0]):
            return
        self.count = self.count or len(cells)
        self._check(cells)
        word, tag = cells[self.token].strip(), cells[self.tag].strip()
        if not tag:
            raise BadLine("has no tag")
        self.blank += not word
        into.words.append(word)
        into.tags.append(tag)
        into.lines.append(number)

    def _check(self, cells: list[str]) -> None:
        if len(cells) != self.count:
            first = "CoNLL-U has" if self.unified else "the lines before it have"
            raise BadLine(f"has {len(cells)} columns, and {first} {self.count}")
        for name, place in (("token_column", self.token), ("tag_column", self.tag)):
            if not -len(cells) <= place < len(cells):
                what = self.asked.setting(name)
                raise BadLine(f"has {len(cells)} columns, and {what}={place} is none of them")
        if self.token % self.count == self.tag % self.count:
            raise BadLine(f"has {self.count} column: words and tags need one each")
