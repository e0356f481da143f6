"""Search space of a sweep: its dimensions, paired dimensions, and constraints on their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.expression import Expression
from rnnlab.sweep.space.override_syntax import shown as shown

if TYPE_CHECKING:
    import optuna

Values = dict[str, Any]


class Infeasible(ValueError):
    """A constraint forbids the values."""


@dataclass(frozen=True)
class Space:
    """Dimensions, paired dimensions and constraints of a sweep.

    Attributes:
        zips: keys whose choices go together, the first with the first, and so on.
        constraints: expressions that must be true of all values.
    """

    dimensions: tuple[Dimension, ...]
    zips: tuple[tuple[str, ...], ...] = ()
    constraints: tuple[str, ...] = ()

    @cached_property
    def _when(self) -> dict[str, Expression]:
        return {d.key: Expression(d.when) for d in self.dimensions if d.when is not None}

    @cached_property
    def _rules(self) -> tuple[Expression, ...]:
        return tuple(Expression(text) for text in self.constraints)

    @cached_property
    def _keys(self) -> set[str]:
        return {d.key for d in self.dimensions}

    @cached_property
    def groups(self) -> tuple[tuple[Dimension, ...], ...]:
        """Dimensions that go together, in the order of the first of each."""
        by_key = {d.key: d for d in self.dimensions}
        zipped = {key: keys for keys in self.zips for key in keys}
        heads = dict.fromkeys(zipped.get(d.key, (d.key,)) for d in self.dimensions)
        return tuple(tuple(by_key[key] for key in keys) for keys in heads)

    def grid(self) -> Iterator[Values]:
        """Yield every setting once; the last group varies fastest.

        Raises:
            ValueError: a dimension that is an interval.
        """
        for d in self.dimensions:
            if d.kind != "choice":
                raise ValueError(f"{d.key} is an interval, which a grid has no points of")
        seen = set()
        for parts in product(*(list(_rows(group)) for group in self.groups)):
            kept = self.present({key: value for part in parts for key, value in part.items()})
            identity = tuple(kept.items())
            if identity not in seen and self.fulfils(kept):
                seen.add(identity)
                yield kept

    def size(self) -> int | None:
        """Return the size of the grid; None if a dimension is an interval."""
        return None if any(d.kind != "choice" for d in self.dimensions) else sum(1 for _ in self.grid())

    def suggest(self, trial: optuna.trial.Trial) -> Values:
        """Draw values from Optuna's sampler, without those of dimensions whose condition does not hold.

        Raises:
            Infeasible: the values break a constraint.
        """
        values: Values = {}
        for group in self.groups:
            if len(group) > 1:
                place = int(trial.suggest_categorical(zip_name(group), _places(group)))
                values |= {d.key: d.values[place] for d in group}
            elif self._is_there(group[0], values):
                values[group[0].key] = group[0].suggest(trial)
        if not self.fulfils(values):
            raise Infeasible(f"{values} breaks one of {list(self.constraints)}")
        return values

    def fixed(self, first: Mapping[str, Any]) -> Values:
        """Return the values of a first trial under the names and in the form that Optuna's sampler needs.

        Raises:
            KeyError: a setting that is not searched.
            ValueError: a value that is not searched.
        """
        by_key, found = {d.key: d for d in self.dimensions}, dict[str, Any]()
        for key, value in first.items():
            found[key] = by_key[key].as_searched(value)
            if found[key] is None:
                raise ValueError(key)
        for group in self.groups:
            wanted = {d.key: found.pop(d.key) for d in group if d.key in found} if len(group) > 1 else {}
            if wanted:
                fits = (place for place, row in enumerate(_rows(group)) if wanted.items() <= row.items())
                found[zip_name(group)] = next(fits, None)
                if found[zip_name(group)] is None:
                    raise ValueError(next(iter(wanted)))
        return found

    def present(self, values: Mapping[str, Any]) -> Values:
        """Remove dimensions whose condition does not hold; each depends on those before it."""
        kept: Values = {}
        for d in self.dimensions:
            if d.key in values and self._is_there(d, kept):
                kept[d.key] = values[d.key]
        return kept

    def fulfils(self, values: Mapping[str, Any]) -> bool:
        """Return whether all constraints hold; one about an absent dimension is ignored."""
        absent = self._absent(values)
        return all(rule.holds(values) for rule in self._rules if not rule.names() & absent)

    def overrides(self, values: Mapping[str, Any]) -> list[str]:
        """Return the values as overrides, in the order of the dimensions."""
        return [f"{d.key}={shown(values[d.key])}" for d in self.dimensions if d.key in values]

    def to_dict(self) -> dict[str, Any]:
        return {
            "dimensions": [d.to_dict() for d in self.dimensions],
            "zips": [list(keys) for keys in self.zips],
            "constraints": list(self.constraints),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Space:
        return cls(
            tuple(Dimension.from_dict(d) for d in plain["dimensions"]),
            tuple(tuple(keys) for keys in plain["zips"]),
            tuple(plain["constraints"]),
        )

    def _is_there(self, dimension: Dimension, values: Mapping[str, Any]) -> bool:
        condition = self._when.get(dimension.key)
        return condition is None or condition.holds(values, self._absent(values))

    def _absent(self, values: Mapping[str, Any]) -> set[str]:
        return self._keys - values.keys()


def zip_name(group: Sequence[Dimension]) -> str:
    """Return the name under which Optuna knows the index into paired lists."""
    return ",".join(d.key for d in group)


def _rows(group: Sequence[Dimension]) -> Iterator[Values]:
    for values in zip(*(d.values for d in group), strict=True):
        yield dict(zip((d.key for d in group), values, strict=True))


def _places(group: Sequence[Dimension]) -> tuple[int, ...]:
    return tuple(range(len(group[0].values)))
