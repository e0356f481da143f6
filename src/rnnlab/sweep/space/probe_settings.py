"""Choose settings of a space whose configs are checked before a sweep starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.expression import Expression, plain
from rnnlab.sweep.space.search_space import Space, Values

MOST_NUMBERS = 8  # of a list that are all tried; of a longer one, its minimum and maximum
MOST_COMBINATIONS = 10_000  # searched for one that is allowed


def tries(space: Space) -> Iterator[Values]:
    """Yield settings that contain every value of every dimension, or its ends, at least once.

    Each value is combined with the first values of the others, so that their number grows with the values and
    not with their product; settings that a constraint forbids are left out.

    Raises:
        SettingError: a condition that never holds, or constraints that nothing fulfils.
    """
    first = base(space)
    seen = [space.present(first)]
    yield seen[0]
    for group in space.groups:
        there = reach(space, group[0], first)
        for row in rows(group):
            values = space.present(first | there | row)
            if values not in seen and space.fulfils(values):
                seen.append(values)
                yield values


def base(space: Space) -> Values:
    """Return the first combination that fulfils all constraints, with values of all dimensions."""
    if not space.constraints:
        return next(_combinations(space.groups), {})
    for values in islice(_combinations(space.groups), MOST_COMBINATIONS):
        if space.fulfils(space.present(values)):
            return values
    finite = all(d.kind == "choice" for d in space.dimensions)
    if finite and next(space.grid(), None) is None:
        raise SettingError("sweep.constraints", list(space.constraints), "leave nothing of the grid")
    return next(_combinations(space.groups), {})


def reach(space: Space, dimension: Dimension, first: Values) -> Values:
    """Return values of other dimensions that make the dimension's condition true."""
    keys = _asked(space, dimension)
    if not keys or dimension.key in space.present(first):
        return {}
    asked = [group for group in space.groups if keys & {d.key for d in group}]
    for values in islice(_combinations(asked), MOST_COMBINATIONS):
        if dimension.key in space.present(first | values):
            return values
    if all(d.kind == "choice" for group in asked for d in group):
        name = f"sweep.space.{dimension.key}.when"
        raise SettingError(name, dimension.when, "never holds: none of what is searched makes it true")
    return {}


def rows(group: Sequence[Dimension]) -> list[Values]:
    """Return the values of dimensions that go together, without the middle of long lists of numbers."""
    every = [
        dict(zip((d.key for d in group), values, strict=True))
        for values in zip(*(d.ends() for d in group), strict=True)
    ]
    numbers = [[plain(value) for value in row.values()] for row in every]
    if len(every) <= MOST_NUMBERS or not all(_is_number(value) for row in numbers for value in row):
        return every
    columns = list(zip(*numbers, strict=True))
    places = {pick(range(len(every)), key=column.__getitem__) for column in columns for pick in (min, max)}
    return [every[place] for place in sorted(places)]


def numbers_of(space: Space) -> Iterator[tuple[str, Any]]:
    """Yield every number of every list with its key, so that those `rows` leaves out can be checked too."""
    for d in space.dimensions:
        found = [plain(value) for value in d.values]
        yield from ((d.key.lstrip("+"), value) for value in found if _is_number(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _combinations(groups: Sequence[Sequence[Dimension]]) -> Iterator[Values]:
    for parts in product(*(rows(group) for group in groups)):
        yield {key: value for part in parts for key, value in part.items()}


def _asked(space: Space, dimension: Dimension) -> set[str]:
    """Return the keys in a dimension's condition, and those in their own conditions."""
    by_key: dict[str, Any] = {d.key: d for d in space.dimensions}
    if dimension.when is None:
        return set()
    keys = Expression(dimension.when).names() & by_key.keys()
    return keys.union(*(_asked(space, by_key[key]) for key in keys))
