"""Draw a fixed list of settings from a space, whatever their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnnlab.sweep.space.search_space import Space, Values


def draw(
    space: Space,
    sampler: str,
    options: Mapping[str, Any],
    seed: int,
    count: int | None,
    first: Sequence[Mapping[str, Any]] = (),
) -> list[Values]:
    """Return `count` settings, or those of the whole grid; the same for the same arguments.

    Args:
        sampler: grid, or random or qmc of Optuna, whose draws depend on no result.
        options: of Optuna's sampler.
        count: None: all of a grid.
        first: values that replace those of the first settings.
    """
    if sampler == "grid" or not space.dimensions:
        return list(space.grid())[:count]
    import optuna

    from rnnlab.run.study.choice import make_sampler

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=make_sampler(sampler, options, seed))
    drawn = [space.suggest(study.ask()) for _ in range(count or 0)]
    for values, given in zip(drawn, first, strict=False):
        keys = {d.key: d for d in space.dimensions}
        values |= {key: keys[key].as_searched(value) for key, value in given.items() if key in keys}
    return drawn
