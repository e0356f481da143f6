"""A sentence whose words have a tag each, and the settings of files that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rnnlab.data.file_format import MAX_FILE, Asked, Format, check_format
from rnnlab.data.files import ON_ERROR
from rnnlab.errors import SettingError

AUTO = "auto"
FORMATS = (AUTO, "conll", "conllu", "jsonl", "parquet")


class Sentence(NamedTuple):
    """Words and tags of a sentence, T each.

    Attributes:
        lines: the line of each word in its file, from 1; in a file of rows the number of the row.
    """

    words: list[str]
    tags: list[str]
    lines: list[int]


class TaggedFile(NamedTuple):
    """The sentences of a file, those left out as phrases that name their line, and sentences on the file."""

    sentences: list[Sentence]
    broken: list[str]
    notes: list[str]


@dataclass(frozen=True)
class TaggedFormat:
    """Settings of a file of tagged sentences.

    Attributes:
        format: `conll` (a word a line, in columns), `conllu`, `jsonl` or `parquet` (a sentence a row, with
            lists); `auto` goes by the file's ending, and any unknown one is `conll`.
        token_column, tag_column: in CoNLL columns the number of the column, from 0, or from the last as -1;
            elsewhere its name; `auto` is 0 and -1, `form` and `upos`, `tokens` and `tags`.
        encoding, max_file: see `rnnlab.data.file_format.Format`.
        on_error: `stop` at a broken line, or `skip` its sentence and count it.

    Raises:
        SettingError: an unknown word.
    """

    format: str = AUTO
    token_column: str | int = AUTO
    tag_column: str | int = AUTO
    encoding: str = AUTO
    max_file: int | None = MAX_FILE
    on_error: str = "stop"

    def __post_init__(self) -> None:
        check_format(self.file_format, Asked())
        if self.format not in FORMATS:
            raise SettingError("data.format", self.format, "unknown format", names=FORMATS)
        if self.on_error not in ON_ERROR:
            rule = "must say what a broken line does"
            raise SettingError("data.on_error", self.on_error, rule, names=ON_ERROR)

    @property
    def file_format(self) -> Format:
        return Format(encoding=self.encoding, max_file=self.max_file)

    def columns(self, token: str | int, tag: str | int) -> tuple[str | int, str | int]:
        """Return the columns of words and tags, where `auto` is replaced by the given ones."""
        chosen = (self.token_column, token), (self.tag_column, tag)
        first, second = (given if own == AUTO else own for own, given in chosen)
        return first, second
