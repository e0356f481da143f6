"""Maps labels to classes by one rule for training, test and `rnnlab evaluate --path`.

A label is text as it was written: `01` is not `1`, `true` stays `true`, and no identifier is rounded. Only
invisible differences are normalised (see `plain`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rnnlab.errors import SettingError

# written by pandas, numpy and spreadsheets for a missing value
MISSING = frozenset({"", "nan", "NaN", "NAN", "<NA>", "NaT"})
SHOWN = 12  # limit of classes that a message lists
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JOINERS = "\u200c\u200d"  # part of words and emoji, but meaningless at the ends of a label
_WHOLE = re.compile(r"([+-]?(?:0|[1-9][0-9]{0,999}))(?:\.0*)?")
_PADDED = re.compile(r"([+-]?[0-9]{1,1000})(?:\.0*)?")
_TRUTH = {"false": False, "true": True}
_YAML_TRUTH = {**_TRUTH, "no": False, "off": False, "yes": True, "on": True}


def plain(label: str) -> str:
    """Normalise a label: NFC, no invisible characters, one space for white space, stripped ends."""
    shown = unicodedata.normalize("NFC", _INVISIBLE.sub("", label))
    return " ".join(shown.split()).strip(_JOINERS)


def is_missing(label: str | None) -> bool:
    """Return whether a label is missing: None, white space, or a spelling of a missing value such as NaN."""
    return label is None or plain(label) in MISSING


def given_names(classes: Sequence[object] | None) -> tuple[str, ...] | None:
    """Return the names of `data.classes` as typed, or None for None.

    Raises:
        SettingError: not a list, fewer than two names, an empty name, or a name twice.
    """
    if classes is None:
        return None
    if isinstance(classes, str) or not isinstance(classes, Sequence):
        raise SettingError(
            "data.classes", classes, "must be a list of names, such as data.classes=[bad,good]"
        )
    names = tuple(str(name).lower() if isinstance(name, bool) else plain(str(name)) for name in classes)
    shown = f"[{','.join(names)}]"
    if len(names) < 2:
        rule = "must name at least two classes; leave it out, and they are the labels of the train file"
        raise SettingError("data.classes", shown, rule)
    for place, (name, value) in enumerate(zip(names, classes, strict=True)):
        if value is None or not name:
            raise SettingError("data.classes", shown, f"class {place + 1} of {len(names)} has no name")
        if name in names[:place]:
            raise SettingError("data.classes", shown, f"names the class {name} twice; each has one place")
    return names


def class_names(labels: Iterable[str]) -> list[str]:
    """Return the classes of `plain` labels in the order of their ids: numbers by value, `false` first.

    If every label is a whole number, `3.0` is `3` (tools that read a gap as NaN write it so); if one has
    leading zeros or is a word, all stay as written. `True` and `true` are one class if both occur.
    """
    found = set(labels)
    values = {whole(label) for label in found}
    if None not in values:
        return [str(value) for value in sorted(value for value in values if value is not None)]
    truths = {label.lower() for label in found}
    if truths <= set(_TRUTH):
        return sorted(found if len(truths) == len(found) else truths, key=str.lower)
    if all(_PADDED.fullmatch(label) for label in found):
        return sorted(found, key=lambda label: (int(label.partition(".")[0]), label))
    return sorted(found)


def whole(label: str) -> int | None:
    """Parse a whole number written as `3` or `3.0`; None for `03` and anything else."""
    found = _WHOLE.fullmatch(label)
    return int(found[1]) if found else None


class Classes:
    """Maps a label to the id of its class, first by the exact name, then by one of these rules:

    - all names are whole numbers: by value, `3.0` is `3`; for the classes 0 and 1, false is 0;
    - the names are false and true: these in any case, and YAML's other words for them;
    - no name is a number or a truth value: by id from 0; for two classes, false is 0 and true is 1.

    Args:
        names: the classes in the order of their ids.
        places: labels are ids from 0 and never names, as integers of a typed source may be.

    Attributes:
        dtype, what: see `rnnlab.data.tables.TargetRule`.
    """

    dtype, what = "int64", "a class"

    def __init__(self, names: Sequence[str], places: bool = False) -> None:
        self.names = tuple(names)
        self._ids = {} if places else {plain(name): index for index, name in enumerate(names)}
        spelled = [plain(name) for name in names]
        numbers = {whole(name): index for index, name in enumerate(spelled)}
        truths = {_TRUTH.get(name.lower()): index for index, name in enumerate(spelled)}
        one_each = len(spelled)
        self._values = numbers if None not in numbers and len(numbers) == one_each and not places else None
        self._truths = truths if None not in truths and len(truths) == one_each and not places else None
        values = [name for name in spelled if _PADDED.fullmatch(name) or name.lower() in _TRUTH]
        self._places = places or not values

    def find(self, label: str) -> int | None:
        """Return the id of the class of a label, or None if it is no class."""
        label = plain(label)
        known = self._ids.get(label)
        if known is not None:
            return known
        value = whole(label)
        if self._values is not None:
            if value is None and set(self._values) == {0, 1}:
                value = _TRUTH.get(label.lower())
            return None if value is None else self._values.get(value)
        if self._truths is not None:
            truth = _YAML_TRUTH.get(label.lower())
            if truth is None and value in (0, 1) and list(self._truths) == [False, True]:
                truth = bool(value)
            return None if truth is None else self._truths.get(truth)
        if not self._places:
            return None
        if value is None and len(self.names) == 2:
            value = _TRUTH.get(label.lower())
        return int(value) if value is not None and 0 <= value < len(self.names) else None

    def problem(self, label: str | None, column: str) -> str:
        """Return the error for a row whose label is no class, as a phrase that follows "row 3"."""
        if label is None or is_missing(label):
            return f"has no {column}"
        shown = ", ".join(self.names[:SHOWN]) + (", ..." if len(self.names) > SHOWN else "")
        places = f" (or 0 to {len(self.names) - 1}, their places)" if self._places else ""
        return f"has the {column} {plain(label)[:40]!r}, which is none of {shown}{places}"


def classes_of(names: Sequence[str], typed: Iterable[str] = (), places: bool = False) -> Classes:
    """Return `Classes` for these names, with labels as ids where a typed source has them.

    Args:
        typed: the integer labels of a typed source, of all files together. They are names if every one of
            them is a name or all names are numbers; otherwise they are ids from 0.
        places: whether the source declares that its labels are ids.
    """
    labels, rule = set(typed), Classes(names)
    numbers = all(whole(plain(name)) is not None for name in names)
    by_place = places or (bool(labels) and not numbers and not labels <= {plain(name) for name in names})
    return Classes(names, places=True) if by_place else rule
