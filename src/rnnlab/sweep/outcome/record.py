"""A sweep as read once from its folder: for tables and figures, not for workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rnnlab.errors import UserError
from rnnlab.report.names import lower_is_better
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.groups import Group, groups_of, planned_jobs
from rnnlab.sweep.jobs import Job, common_metric, differing, read_job, read_jobs
from rnnlab.sweep.ledger.row import ENDED, STATES, Row
from rnnlab.sweep.ledger.trouble import check_ledger
from rnnlab.sweep.space.search_space import Dimension
from rnnlab.sweep.spec import Spec

SEED = "seed"


@dataclass(frozen=True)
class Record:
    """The state that a sweep has recorded so far.

    Attributes:
        spec: None if an older version created the sweep: then `rows` come from the jobs' folders.
        metrics, directions: its objectives; empty if its jobs have no validation metric in common.
        planned: number of all jobs; None if only the timeout ends the sweep.
        stopped: why no further job starts; cancelled: whether running ones save and exit, too.
        begun: its last start, in seconds since 1970.
        lost: trials without a job, and the reason.
        groups: those that are tuned separately; empty for a sweep without such.
    """

    folder: SweepFolder
    spec: Spec | None
    rows: list[Row]
    metrics: tuple[str, ...]
    directions: tuple[str, ...]
    planned: int | None
    stopped: str | None = None
    cancelled: bool = False
    begun: float = 0.0
    lost: dict[int, str] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()

    @cached_property
    def jobs(self) -> dict[int, Job]:
        """Job folders by number; a job that took the result of an equal one has none."""
        found = {row.number: self.folder.job(row.number) for row in self.rows if row.attempts}
        return {number: read_job(path) for number, path in found.items() if path.is_dir()}

    @property
    def counts(self) -> dict[str, int]:
        """Number of jobs by state, in the order of a job's states; future ones count as waiting."""
        found = Counter(row.state for row in self.rows)
        found["waiting"] += max((self.planned or 0) - len(self.rows), 0)
        return {state: found[state] for state in STATES if found[state]}

    @property
    def is_over(self) -> bool:
        """True if every planned job has ended."""
        ended = all(row.state in ENDED for row in self.rows)
        return ended and self.planned is not None and len(self.rows) >= self.planned

    @property
    def keys(self) -> list[str]:
        """Keys whose values differ between settings, in the order of the space; not the seed."""
        order = [d.key for d in self.spec.space.dimensions] if self.spec else []
        keys = dict.fromkeys([*order, *(key for row in self.rows for key in row.values)])
        found = {key: {str(row.values.get(key)) for row in self.rows} for key in keys if key != SEED}
        return [key for key, values in found.items() if len(values) > 1]

    @property
    def dimensions(self) -> list[Dimension]:
        """Dimensions of `keys`; those of an older sweep are choices among the typed values."""
        known = {d.key: d for d in self.spec.space.dimensions} if self.spec else {}
        return [known.get(key) or Dimension(key, "choice", self._seen(key)) for key in self.keys]

    @property
    def repeats_seeds(self) -> bool:
        """True if settings are repeated with several seeds."""
        swept = any(SEED in row.values for row in self.rows)
        return swept or bool(self.spec and max(self.spec.seeds, self.spec.confirm_seeds) > 1)

    def _seen(self, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(row.values[key]) for row in self.rows if key in row.values))


def read_record(folder: SweepFolder) -> Record:
    """Read a sweep's folder. Raises UserError if it is not one."""
    if not folder.ledger.is_file() and not folder.spec.is_file():
        return _of_older(folder)
    spec = Spec.load(folder)
    ledger = check_ledger(folder, spec)
    lost = {trial.number: trial.error or "" for trial in ledger.trials if trial.jobs == ()}
    trials = len(ledger.trials) if spec.planned else spec.trials
    return Record(
        folder,
        spec,
        ledger.rows,
        spec.metrics,
        spec.directions,
        planned_jobs(spec, ledger, trials),
        stopped=ledger.stopped,
        cancelled=ledger.cancelled,
        begun=ledger.begun or spec.created,
        lost=lost,
        groups=tuple(groups_of(spec, ledger)) if spec.grouped else (),
    )


def _of_older(folder: SweepFolder) -> Record:
    """Return the record of a sweep without a ledger, from its numbered run folders."""
    jobs = read_jobs(folder.path) if folder.path.is_dir() else []
    if not jobs:
        raise UserError(f"{folder.path} is not the folder of a sweep: it has neither a ledger nor jobs")
    metric = common_metric(jobs)
    keys = differing(jobs)
    rows = [_row(job, keys, metric) for job in jobs]
    directions = () if metric is None else ("minimize" if lower_is_better(metric) else "maximize",)
    return Record(folder, None, rows, () if metric is None else (metric,), directions, len(rows))


def _row(job: Job, keys: Sequence[str], metric: str | None) -> Row:
    values = {key: job.overrides[key] for key in keys if key in job.overrides}
    row = Row(job.number, job.number, tuple(f"{k}={v}" for k, v in values.items()), values, attempts=1)
    row = replace(row, seconds=job.seconds or 0.0, error=job.error or None)
    if job.status == "finished":
        found = job.metrics.get(metric or "")
        return replace(row, state="finished", objective=None if found is None else (found,))
    told = job.error or f"left without an end, its result.json says {job.status}"
    return (
        replace(row, state="pruned") if job.status == "pruned" else replace(row, state="failed", error=told)
    )
