"""Rules for the settings of series, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.series.source import DUPLICATES, FORMATS, LAYOUTS
from rnnlab.errors import SettingError
from rnnlab.rule import OPTIONAL_SIZE, SIZE, Choice, Flag, Number, Text, WrongValue
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, PartSize, Rule, Tree

T = TypeVar("T")

SCALINGS = ("none", "standard", "robust", "mean_abs", "log")
PARTS = ("train", "validation", "test")
AUTO = "auto"
STEPS = 10**6  # of a window, at most

_COLUMNS = "the name of a column or a list of names"
_COLUMN = Text(optional=True)

SERIES_RULES: dict[str, Rule] = {
    "data.path": Text(optional=True),
    "data.test_path": Text(optional=True),
    "data.format": Choice(FORMATS),
    "data.layout": Choice(LAYOUTS),
    "data.time": _COLUMN,
    "data.time_format": Text(),
    "data.target": Items(Text(), alone=True, words=(None,), told=f"{_COLUMNS}, or null"),
    "data.series": _COLUMN,
    **{f"data.{role}": Items(Text(), alone=True, told=_COLUMNS) for role in ("past", "known", "static")},
    "data.label": _COLUMN,
    "data.frequency": Text(optional=True),
    "data.season": OPTIONAL_SIZE,
    "data.zone": Text(optional=True),
    "data.resample": Text(optional=True),
    "data.sort": Flag(),
    "data.duplicates": Choice(DUPLICATES),
    "data.heading": Flag(),
    "data.horizon": Number(1, STEPS, whole=True),
    "data.input_length": Number(1, STEPS, whole=True),
    "data.min_length": Number(1, STEPS, whole=True, words=(None,)),
    "data.scaling": Choice((*SCALINGS, "revin")),  # the scaler itself refuses revin, and says where it is
    "data.calendar": Items(Text(), alone=True, told="auto or a list of features"),
    "data.fourier": Items(
        Items(Number(1, STEPS), 2, 2),
        told="pairs of a period and an order, such as [[24,3],[168,2]]",
    ),
    "data.split": Tree(),
    **{f"data.split.{part}": PartSize() for part in PARTS},
    "data.purge": Number(0, STEPS, whole=True),
    "data.stride": SIZE,
    "data.test_stride": SIZE,
    "data.windows_per_epoch": OPTIONAL_SIZE,
    "data.prices": Flag(),
    "data.package.settings": Tree(optional=True),
}
SERIES_RULES |= {
    key.replace("data.", "data.package.settings.", 1): rule
    for key, rule in SERIES_RULES.items()
    if key.count(".") == 1
}

CHECKED = (
    "horizon",
    "input_length",
    "min_length",
    "scaling",
    "purge",
    "stride",
    "test_stride",
    "windows_per_epoch",
)


def checked(name: str, value: T) -> T:
    """Return the value of a setting of series, without `data.`.

    Raises:
        SettingError: names setting, value and rule.
    """
    key = f"data.{name}"
    try:
        return checked_by(key, value, SERIES_RULES[key])
    except WrongValue as error:
        raise SettingError(key, value, error.rule) from error
