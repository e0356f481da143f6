"""Checked settings of how the next token is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from rnnlab.errors import SettingError


@dataclass(frozen=True)
class Decoding:
    """Sampling settings; each function of `rnnlab.generate.decoding.filters` describes its number.

    Attributes:
        temperature: >= 0; 0 takes the likeliest token every time.
        top_k: >= 1, or None for all tokens. top_p, typical: in (0, 1]. min_p: in [0, 1).
        repetition_penalty: >= 1. frequency_penalty: any number.
        no_repeat: size of the n-grams that may not occur twice; 0 for none.
        banned: pieces of text that are never written. only: the allowed characters; empty for all.
        stop: strings that end the text; the string itself is left out.

    Raises:
        SettingError: a value outside its range.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0
    min_p: float = 0.0
    typical: float = 1.0
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0
    no_repeat: int = 0
    banned: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, self.temperature >= 0, "must be a number >= 0")
        _check("top-k", self.top_k, self.top_k is None or self.top_k >= 1, "must be at least 1")
        for name, share in (("top-p", self.top_p), ("typical", self.typical)):
            _check(name, share, 0 < share <= 1, "must be in (0, 1]")
        _check("min-p", self.min_p, 0 <= self.min_p < 1, "must be in [0, 1)")
        _check("repetition-penalty", self.repetition_penalty, self.repetition_penalty >= 1, "must be >= 1")
        _check("frequency-penalty", self.frequency_penalty, True, "must be a number")
        _check("no-repeat", self.no_repeat, self.no_repeat >= 0, "must be at least 0")
        for name, texts in (("ban", self.banned), ("only", self.only), ("stop", self.stop)):
            _check(name, "", "" not in texts, "must not be empty")

    @property
    def draws(self) -> bool:
        """Return whether tokens are drawn at random, rather than taking the likeliest."""
        return self.temperature > 0

    def named(self) -> tuple[str, ...]:
        """Return the settings that differ from their defaults, as they are typed."""
        default = Decoding()
        names = {"banned": "ban"}
        fields: Sequence[str] = tuple(self.__dataclass_fields__)
        changed = [field for field in fields if getattr(self, field) != getattr(default, field)]
        return tuple("--" + names.get(field, field).replace("_", "-") for field in changed)


def _check(name: str, value: object, fine: bool, rule: str) -> None:
    finite = not isinstance(value, float) or isfinite(value)
    if not (fine and finite):
        raise SettingError(f"--{name}", value, rule)
