"""Checked settings of how a target is found for a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from rnnlab.errors import SettingError, suggest
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.rule import OPTIONAL_SIZE, PROBABILITY, SEED, Choice, Flag, Number
from rnnlab.rule_lists import Rule

WIDTHS = Number(1, 1000, whole=True)
TOKENS = Number(0, 100_000, whole=True)
WEIGHT = Number(0, 100)
FRACTION = Number(0, 1, open="low")
RULES: dict[str, Rule] = {
    "beam": WIDTHS,
    "nbest": WIDTHS,
    "length_penalty": Choice(("none", "average", "gnmt")),
    "alpha": WEIGHT,
    "coverage_penalty": WEIGHT,
    "no_repeat": Number(0, 100, whole=True),
    "max_ratio": WEIGHT,
    "max_extra": TOKENS,
    "min_ratio": WEIGHT,
    "min_length": TOKENS,
    "temperature": WEIGHT,
    "top_k": OPTIONAL_SIZE,
    "top_p": FRACTION,
    "min_p": PROBABILITY,
    "typical": FRACTION,
    "replace_unknown": Flag(),
    "seed": SEED,
}
OF_SAMPLING = ("top_k", "top_p", "min_p", "typical")


@dataclass(frozen=True)
class SequenceDecoding:
    """Settings of beam search, greedy search (beam 1) and sampling (temperature > 0).

    Attributes:
        beam: hypotheses kept at each step. nbest: results for each source; with a beam at most its width.
        length_penalty: what divides a log probability, the end mark counted in n tokens: `none` 1, `average`
            n ^ alpha, `gnmt` ((5 + n) / 6) ^ alpha (Wu et al. 2016, eq. 14).
        coverage_penalty: weight of the sum over source steps of log(min(attention received, 1)) (ibid.).
        no_repeat: size of the n-grams that may not occur twice in a target; 0 allows all.
        max_ratio, max_extra: a target has at most ceil(max_ratio * source length) + max_extra tokens, the
            end mark counted.
        min_ratio, min_length: it has at least max(floor(min_ratio * source length), min_length) tokens.
        temperature: 0 searches, above 0 samples; top_k, top_p, min_p, typical then filter as in `Decoding`.
        replace_unknown: write the most attended source word for an unknown one; else none is written.
        seed: of sampling.

    Raises:
        SettingError: a value outside its range, or two that exclude each other.
    """

    beam: int = 1
    nbest: int = 1
    length_penalty: str = "average"
    alpha: float = 1.0
    coverage_penalty: float = 0.0
    no_repeat: int = 0
    max_ratio: float = 2.0
    max_extra: int = 20
    min_ratio: float = 0.0
    min_length: int = 0
    temperature: float = 0.0
    top_k: int | None = None
    top_p: float = 1.0
    min_p: float = 0.0
    typical: float = 1.0
    replace_unknown: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for name, rule in RULES.items():
            value = getattr(self, name)
            if not rule.allows(value):
                raise SettingError(option(name), value, f"must be {rule}")
        if self.samples and self.beam > 1:
            raise SettingError("--beam", self.beam, f"must be 1 with --temperature {self.temperature:g}")
        if not self.samples and self.nbest > self.beam:
            raise SettingError("--nbest", self.nbest, f"must be at most --beam, {self.beam}")
        if not self.samples and self.of_sampling():
            name = self.of_sampling()[0]
            raise SettingError(option(name), getattr(self, name), "needs --temperature above 0")
        if not self.max_ratio and not self.max_extra:
            raise SettingError("--max-extra", 0, "must be at least 1 with --max-ratio 0: no token is left")

    @property
    def samples(self) -> bool:
        """Return whether targets are drawn at random."""
        return self.temperature > 0

    def of_sampling(self) -> list[str]:
        """Return the names of filters that differ from their defaults."""
        return [name for name in OF_SAMPLING if getattr(self, name) != getattr(Decoding(), name)]

    def filters(self) -> Decoding:
        """Return the settings of sampling."""
        names = ("temperature", *OF_SAMPLING)
        return Decoding(**{name: getattr(self, name) for name in names})

    def limits(self, length: int) -> tuple[int, int]:
        """Return the fewest tokens before the end mark and the most with it, for a source of this length."""
        least = max(floor(self.min_ratio * length), self.min_length)
        return least, max(ceil(self.max_ratio * length) + self.max_extra, least + 1)

    def changed(self, options: Mapping[str, Any]) -> SequenceDecoding:
        """Return the settings with some of them replaced, as a user types them.

        A temperature above 0 sets the beam to 1, and more results widen the beam, where `options` has none.

        Raises:
            SettingError: see the class; an unknown name.
        """
        for name in options:
            if name not in RULES:
                hint = suggest(option(name), map(option, RULES))
                raise SettingError(option(name), options[name], f"no such setting\n{hint}")
        chosen = dict(options)
        if "beam" not in chosen:
            temperature, nbest = (chosen.get(name, getattr(self, name)) for name in ("temperature", "nbest"))
            if RULES["temperature"].allows(temperature) and temperature > 0:
                chosen["beam"] = 1
            elif RULES["nbest"].allows(nbest):
                chosen["beam"] = max(self.beam, nbest)
        elif "nbest" not in chosen and RULES["beam"].allows(chosen["beam"]):
            chosen["nbest"] = min(self.nbest, chosen["beam"])
        return replace(self, **chosen)


def option(name: str) -> str:
    """Return a setting's name as it is typed after a command."""
    return "--" + name.replace("_", "-")
