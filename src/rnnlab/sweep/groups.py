"""Groups of a sweep that are tuned separately: their settings, the choice by validation, its fresh seeds.

All jobs of tuning are known from the start. Each group then has one more trial, which is filled with the best
setting under fresh seeds once the group's own jobs have ended. Both follow from the spec and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf, isfinite
from statistics import fmean
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.reader import LedgerReader
from rnnlab.sweep.ledger.row import ENDED, Row, Trial
from rnnlab.sweep.space.draw import draw
from rnnlab.sweep.space.search_space import Space, Values
from rnnlab.sweep.spec import Spec, grid_jobs, jobs_of

Jobs = list[dict[str, Any]]


class Group(NamedTuple):
    """One combination of the values of `sweep.each`.

    Attributes:
        values: of those keys.
        trials: of its tuning, in the order of the list of settings.
        confirmation: the trial of the best one with fresh seeds; None where `sweep.confirm_seeds` is 0.
    """

    values: Values
    trials: list[Trial]
    confirmation: Trial | None


def groups_of(spec: Spec, ledger: LedgerReader) -> list[Group]:
    """Return the groups in the order in which they are tuned."""
    found: dict[tuple[Any, ...], list[Trial]] = {}
    for trial in ledger.trials:
        if trial.jobs and ledger.rows[trial.jobs[0]].confirms is None:
            values = ledger.rows[trial.jobs[0]].values
            found.setdefault(tuple(values.get(key) for key in spec.each), []).append(trial)
    tuning = sum(map(len, found.values()))
    after: list[Trial | None] = [*ledger.trials[tuning:], *[None] * len(found)]
    groups = zip(found.items(), after, strict=False)
    return [Group(dict(zip(spec.each, key, strict=True)), trials, last) for (key, trials), last in groups]


class Index(NamedTuple):
    """The groups of a ledger.

    Attributes:
        trials: number of trials that the ledger had. of: the group of each trial of tuning.
    """

    trials: int
    groups: list[Group]
    of: dict[int, Group]


_indices: WeakKeyDictionary[LedgerReader, Index] = WeakKeyDictionary()


def index_of(spec: Spec, ledger: LedgerReader) -> Index:
    """Return the groups, which are found once: the trials of tuning are known from the start."""
    known = _indices.get(ledger)
    if known is None or known.trials != len(ledger.trials):
        groups = groups_of(spec, ledger)
        of = {trial.number: group for group in groups for trial in group.trials}
        known = _indices[ledger] = Index(len(ledger.trials), groups, of)
    return known


def settings_of_all(spec: Spec) -> list[Values]:
    """Return the settings that every group tries, drawn once by `sweep.seed`; conditions come later."""
    space = part_of(spec.space, spec.each, own=True)
    return draw(space, spec.sampler, spec.sampler_options, spec.seed, spec.trials, spec.first)


def combinations(spec: Spec) -> list[Values]:
    """Return the values of each group."""
    return list(part_of(spec.space, spec.each, own=False).grid())


def tuning_trials(spec: Spec) -> Iterator[Jobs]:
    """Yield the jobs of each trial of tuning, group by group, without settings that break a constraint."""
    settings = settings_of_all(spec)
    for group in combinations(spec):
        for drawn in settings:
            values = spec.space.present({**group, **drawn})
            if spec.space.fulfils(values):
                jobs = jobs_of(spec, values)
                yield [{**job, "overrides": [*job["overrides"], *spec.tune]} for job in jobs]


def plan(spec: Spec, ledger: Ledger) -> None:
    """Write the trials that are known from the start: of a grid, or those of all groups."""
    if not spec.grouped:
        ledger.add_trials(grid_jobs(spec) if spec.sampler == "grid" else ())
        return
    ledger.add_trials(tuning_trials(spec))
    if spec.confirm_seeds:
        ledger.reserve(len(groups_of(spec, ledger)))


def planned_jobs(spec: Spec, ledger: LedgerReader, trials: int | None) -> int | None:
    """Return the number of jobs of all trials, those with an error having none; None without a limit."""
    lost = [trial for trial in ledger.trials if trial.jobs == ()]
    if not spec.grouped or trials is None:
        return None if trials is None else (trials - len(lost)) * spec.seeds
    groups = groups_of(spec, ledger)
    tuning = sum(len(group.trials) for group in groups)
    return tuning * spec.seeds + (len(groups) - len(lost)) * spec.confirm_seeds


def best_of(spec: Spec, ledger: LedgerReader, group: Group) -> Trial | None:
    """Return the trial with the best objective, the mean over its seeds; None if none has finished.

    Of equal ones it is the one with fewer training steps, which where training stops once the problem is
    solved is the one that solved it sooner; then the earlier in the list.
    """
    sign = -1.0 if spec.directions[0] == "maximize" else 1.0
    found = []
    for trial in group.trials:
        rows = finished(ledger, trial)
        if rows and len(rows) == len(trial.jobs or ()):
            cost = fmean(sign * row.objective[0] for row in rows if row.objective)
            steps = fmean(inf if row.steps is None else row.steps for row in rows)
            found.append((cost, steps, trial.number))
    return ledger.trials[min(found)[2]] if found else None


def confirmations(spec: Spec, ledger: LedgerReader) -> dict[int, tuple[Jobs, str | None]]:
    """Return what to fill in now: the jobs of each trial of fresh seeds, or why it has none."""
    ready = {}
    for group in index_of(spec, ledger).groups:
        last = group.confirmation
        ended = (ledger.rows[n].state in ENDED for trial in group.trials for n in trial.jobs or ())
        if last is not None and last.jobs is None and all(ended):
            best = best_of(spec, ledger, group)
            named = (
                ", ".join(str(value) for value in group.values.values() if value is not None) or "the sweep"
            )
            error = f"no setting of {named} has finished" if best is None else None
            values = {} if best is None else ledger.rows[(best.jobs or ())[0]].values
            ready[last.number] = ([] if best is None else confirming(spec, values, best.number), error)
    return ready


def confirm(spec: Spec, ledger: Ledger, worker: str) -> None:
    """Write the jobs with fresh seeds of all groups whose tuning has ended."""
    ledger.fill_ready(worker, lambda: confirmations(spec, ledger))


def confirming(spec: Spec, values: Values, trial: int) -> Jobs:
    """Return the jobs that train a trial's setting with seeds that tuning has not used."""
    start = spec.first_seed + spec.seeds
    overrides = spec.space.overrides(values)
    return [
        {"overrides": [*overrides, f"seed={seed}"], "values": values, "confirms": trial}
        for seed in range(start, start + spec.confirm_seeds)
    ]


def needless(spec: Spec, ledger: LedgerReader, row: Row) -> str | None:
    """Return why a job of tuning need not run: `sweep.enough` settings of its group are good enough."""
    if spec.enough is None or spec.enough_value is None or row.confirms is not None:
        return None
    group = index_of(spec, ledger).of[row.trial]
    good = [trial.number for trial in group.trials if is_good(spec, ledger, trial)]
    if len(good) < spec.enough or row.trial in good:
        return None
    which = ", ".join(map(str, good[: spec.enough]))
    return f"not run: the settings {which} of its group reached sweep.enough_value={spec.enough_value:g}"


def is_good(spec: Spec, ledger: LedgerReader, trial: Trial) -> bool:
    """Return whether every seed of a setting has reached `sweep.enough_value`."""
    rows, wanted = finished(ledger, trial), spec.enough_value
    if wanted is None or not rows or len(rows) < len(trial.jobs or ()):
        return False
    values = [row.objective[0] for row in rows if row.objective]
    return all(value >= wanted if spec.directions[0] == "maximize" else value <= wanted for value in values)


def finished(ledger: LedgerReader, trial: Trial) -> list[Row]:
    """Return the jobs of a trial that have finished with a finite objective."""
    rows = [ledger.rows[number] for number in trial.jobs or ()]
    return [row for row in rows if row.state == "finished" and row.objective and isfinite(row.objective[0])]


def part_of(space: Space, each: Sequence[str], own: bool) -> Space:
    """Return the dimensions outside `each` (own), or those of it, with their zips and no conditions."""
    kept = tuple(replace(d, when=None) for d in space.dimensions if (d.key.lstrip("+") in each) != own)
    keys = {d.key for d in kept}
    return Space(kept, tuple(zipped for zipped in space.zips if keys.issuperset(zipped)))
