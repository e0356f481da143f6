"""Settings of pairs of texts: which rows a split has, and which pairs a training leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rnnlab.data.file_format import Asked, Format, check_format
from rnnlab.errors import SettingError
from rnnlab.rule import COUNT, OPTIONAL_SIZE, SIZE, Choice, Flag, Number, Pattern, Text, WrongValue, checked
from rnnlab.rule_lists import Items, Label, Rule, Tree

SPLITS = ("train", "validation", "test")
SETTINGS = ("source_column", "target_column", "group_column")  # that name columns, in their order
ON_ERROR = ("stop", "skip")
LONG = ("drop", "cut")
DEFAULT_COLUMNS = ("source", "target")
_FILES = "a file, or two parallel ones: [SOURCE_FILE,TARGET_FILE]"
_NAME = Pattern(r"[\w.*-]+", "a name as the files have it")
PAIR_RULES: dict[str, Rule] = {
    **{f"data.files.{s}": Items(Text(), 2, 2, words=(None,), alone=True, told=_FILES) for s in SPLITS},
    "data.source_column": Items(Label(), 1, 0, alone=True, told="the name or the number of a column"),
    "data.target_column": Items(Label(), 1, 0, alone=True, told="the name or the number of a column"),
    "data.group_column": Items(Label(), 1, 0, words=(None,), alone=True, told="a name, a number or null"),
    "data.group_length": OPTIONAL_SIZE,
    "data.max_target_length": SIZE,
    "data.max_ratio": Number(1, 10**6, words=(None,)),
    "data.long_sources": Choice(LONG),
    "data.shared_vocabulary": Flag(),
    "data.distinct": Flag(),
    "data.copies": Flag(),
    "data.max_copies": COUNT,
    "data.language": _NAME,
    "data.source_language": _NAME,
    "data.target_language": _NAME,
    "data.test_set": _NAME,
    "data.package.settings": Tree(optional=True),
    "data.target_tokenizer": Tree(optional=True),
    **dict.fromkeys(("target_tokenizer.pieces", "data.target_tokenizer.pieces"), Choice(("words", "blanks"))),
}
PAIR_RULES |= {
    key.replace("data.", "data.package.settings.", 1): rule
    for key, rule in PAIR_RULES.items()
    if key.count(".") == 1 and key.startswith("data.")
}


@dataclass(frozen=True)
class PairSpec:
    """The settings that decide which pairs a split has.

    Attributes:
        source_column, target_column: names of columns, or their numbers from 1 in a file without a heading.
        group_column: a column whose equal values stay on one side of a held-out split; None groups by the
            source text. group_length: the first characters of it that count; None: all.
        validation_fraction, test_fraction, split_seed: rows held out of train where a split is missing.
        train_rows: train pairs to keep; None keeps all. distinct: leave out repetitions of a pair.
        max_length, max_target_length: most tokens of a side of a training pair.
        max_ratio: how many times as long as the other a side of a training pair may be; None: any.
        long_sources: `drop` training pairs with a longer source, or `cut` the source.
        copies, max_copies: whether own words of a source get ids, and of how many words of a row.
        form, on_error: see `rnnlab.data.split_spec.SplitSpec`.
        settings: the settings that name the columns, for messages; they change nothing.
    """

    source_column: str = "source"
    target_column: str = "target"
    group_column: str | None = None
    group_length: int | None = None
    validation_fraction: float = 0.1
    test_fraction: float = 0.1
    split_seed: int = 0
    train_rows: int | None = None
    distinct: bool = False
    max_length: int = 100
    max_target_length: int = 100
    max_ratio: float | None = None
    long_sources: str = "drop"
    copies: bool = False
    max_copies: int = 500
    form: Format = field(default_factory=Format)
    on_error: str = "stop"
    settings: tuple[str, ...] = SETTINGS

    def __post_init__(self) -> None:
        """Check the values; raises SettingError."""
        check_format(self.form, Asked())
        if self.on_error not in ON_ERROR:
            raise SettingError("data.on_error", self.on_error, "must say what a broken row does", ON_ERROR)
        for key, allowed in PAIR_RULES.items():
            name = key.removeprefix("data.")
            if name in self.__dataclass_fields__:
                _check(key, getattr(self, name), allowed)
        _check("data.max_length", self.max_length, SIZE)
        numbered = [column.isdigit() for column in self.columns]
        if any(numbered) and not all(numbered):
            rule = "must be numbers, for files without a heading, or names, all of them"
            raise SettingError("data.source_column", ",".join(self.columns), rule)

    @property
    def columns(self) -> tuple[str, ...]:
        columns = (self.source_column, self.target_column)
        return columns if self.group_column is None else (*columns, self.group_column)

    @property
    def heading(self) -> bool:
        """Return whether files have a heading: not where the columns are named by their numbers."""
        return not self.source_column.isdigit()

    @property
    def by_default(self) -> bool:
        """Return whether no column was named, so that a file of two columns may do without a heading."""
        return self.columns == DEFAULT_COLUMNS

    def changed(self, settings: object) -> PairSpec:
        """Return the spec with some settings changed; None changes nothing."""
        return replace(self, **settings) if isinstance(settings, Mapping) else self

    def key(self, splits: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that change the corpus, given the splits that the source has."""
        unused = {"settings", *(f"{name}_fraction" for name in splits)}
        if set(splits) >= set(SPLITS):
            unused |= {"group_column", "group_length"} | (
                {"split_seed"} if self.train_rows is None else set()
            )
        return {name: value for name, value in asdict(self).items() if name not in unused}


def column_settings(columns: tuple[str, str], languages: tuple[str | None, str | None]) -> tuple[str, ...]:
    """Return the settings by which a user names the columns: a language where it is the column's name."""
    sides = zip(("source", "target"), columns, languages, strict=True)
    named = (
        f"{side}_language" if language == column else f"{side}_column" for side, column, language in sides
    )
    return (*named, SETTINGS[-1])


def _check(key: str, value: object, rule: Rule) -> None:
    try:
        checked(key, value, rule)
    except WrongValue as error:
        raise SettingError(key, value, error.rule) from error
