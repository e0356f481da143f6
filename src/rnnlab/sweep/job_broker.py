"""The broker between a worker and its sweep's state: the ledger, and Optuna's study."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from statistics import fmean

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.storages import BaseStorage
from optuna.trial import TrialState

from rnnlab.run.study.choice import make_pruner, make_sampler
from rnnlab.run.study.rewind import forget_trials
from rnnlab.run.study.storage import new_trial, open_storage, trials_by_id
from rnnlab.sweep import groups
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import ENDED, Outcome, Row, Trial
from rnnlab.sweep.space.search_space import Infeasible
from rnnlab.sweep.spec import Spec, jobs_of

MOST_INFEASIBLE = 200  # settings that break a constraint before a trial is given up
OTHER_DRAW = 1_000_003  # between the seeds of two draws for the same trial
FEWEST_ENDED = 5  # ended jobs before the failure rate is checked


class JobBroker:
    """Connection of one worker to its sweep.

    The ledger is the source of truth and is written first; the study follows, and `catch_up` adds what it
    misses after a kill in between.

    Args:
        worker: a name that no other worker has.
    """

    def __init__(
        self, folder: SweepFolder, spec: Spec, worker: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder, self.spec, self.worker, self.clock = folder, spec, worker, clock
        self.ledger = Ledger(folder, clock).sync()
        self.trials = len(self.ledger.trials) if spec.planned else spec.trials
        self._storage: BaseStorage | None = None

    @property
    def storage(self) -> BaseStorage:
        self._storage = self._storage or open_storage(self.folder.path, self.spec.storage)
        return self._storage

    @property
    def study(self) -> optuna.Study:
        """Load the study anew, because an older object may hold outdated trials."""
        pruner = make_pruner(self.spec.pruner, self.spec.pruner_options)
        return optuna.load_study(study_name=self.spec.name, storage=self.storage, pruner=pruner)

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to do, now or later, as far as the ledger was read."""
        if self.ledger.stopped:
            return not self.ledger.holders()
        return self.trials is not None and self.ledger.is_over(self.trials)

    def take(self) -> Row | None:
        """Take the next job; return None if there is none now."""
        self.ledger.sync()
        self._check_time()
        if self.spec.confirm_seeds:
            groups.confirm(self.spec, self.ledger, self.worker)
        row = self.ledger.claim(self.worker)
        if row is not None:
            self._give_study(self.ledger.trials[row.trial])
        elif not self.spec.planned:
            row = self._choose()
        return row

    def needless(self, row: Row) -> str | None:
        """Return why a job is skipped: its trial was pruned, or others of its group are good enough."""
        siblings = (self.ledger.rows[number] for number in self.ledger.trials[row.trial].jobs or ())
        for other in siblings:
            if other.state == "pruned":
                return f"job {other.number} of the same trial was pruned"
        return groups.needless(self.spec, self.ledger, row)

    def finish(self, row: Row, outcome: Outcome) -> bool:
        """Record how a job ended; return False if it was given to another worker meanwhile."""
        if self.spec.alone:
            self._storage = None  # the training may have rewound it: read it anew
        facts = outcome._asdict()
        facts["objective"] = list(outcome.objective) if outcome.objective else None
        facts["failed"] = outcome.failed or None
        if not self.ledger.end(self.worker, row, **facts):
            return False
        self._tell(self.ledger.trials[row.trial])
        self._check_failures()
        return True

    def take_over(self) -> None:
        """Bring the study up to date after a worker was killed, when no other worker runs.

        In a sweep with one worker, trials that it was still choosing are removed, so that the sampler chooses
        them again as it would have.
        """
        if self.spec.alone:
            forget_trials(self.folder.path, [t.study for t in self.ledger.trials if t.study is not None])
            self._storage = None
        self.catch_up()

    def catch_up(self) -> None:
        """Report every ended trial to the study; those that the ledger does not know have failed."""
        known = {trial.study: trial for trial in self.ledger.trials if trial.study is not None}
        unfinished = (TrialState.RUNNING, TrialState.WAITING)
        for number in trials_by_id(self.storage, self.spec.name, unfinished):
            if number in known:
                self._tell(known[number])
            else:
                self._set(number, TrialState.FAIL)

    def _check_time(self) -> None:
        if self.spec.timeout is not None and self.clock() > self.ledger.begun + self.spec.timeout:
            self.ledger.stop(f"sweep.timeout={self.spec.timeout:g}s is over", cancel=False)

    def _check_failures(self) -> None:
        ended, failed = sum(self.ledger.ended.values()), self.ledger.ended["failed"]
        if failed > self.spec.max_failure_rate * max(ended, FEWEST_ENDED):
            share = f"{failed} of {ended} jobs failed"
            rule = f"sweep.max_failure_rate={self.spec.max_failure_rate:g}"
            self.ledger.stop(f"{share}, more than {rule}", cancel=False)

    def _choose(self) -> Row | None:
        number = self.ledger.open_trial(self.worker, self.spec.trials or 2**31)
        if number is None:
            return None
        for draw in range(MOST_INFEASIBLE):
            trial, created = self._ask(number, draw)
            try:
                values = self.spec.space.suggest(trial)
            except Infeasible:
                self._set(created, TrialState.FAIL)
                continue
            row = self.ledger.fill_trial(self.worker, number, jobs_of(self.spec, values), created)
            return row if row is not None else self.take()
        why = f"{MOST_INFEASIBLE} settings in a row break sweep.constraints"
        self.ledger.fill_trial(self.worker, number, [], error=why)
        return None

    def _ask(self, number: int, draw: int) -> tuple[optuna.trial.Trial, int]:
        """Create a trial of the study, return it and its id; numbers and ended trials set its suggestions."""
        seed = self.spec.seed + number + OTHER_DRAW * draw
        sampler = make_sampler(self.spec.sampler, self.spec.sampler_options, seed)
        if number < len(self.spec.first):
            fixed = self.spec.space.fixed(self.spec.first[number])
            sampler = optuna.samplers.PartialFixedSampler(fixed, sampler)
        # As `study.ask` does, which first looks through all trials for one that waits; ours never do.
        created = new_trial(self.storage, self.spec.name)
        study = self.study
        study.sampler = sampler
        trial = optuna.trial.Trial(study, created)
        trial.set_user_attr("trial", number)
        return trial, created

    def _give_study(self, trial: Trial) -> None:
        """Add a trial that was known from the start to the study when it is first taken."""
        if trial.study is not None or not trial.jobs or self.spec.grouped:  # no draw of groups needs it
            return
        values = self.ledger.rows[trial.jobs[0]].values
        kinds = {d.key: CategoricalDistribution(d.values) for d in self.spec.space.dimensions}
        chosen = {key: value for key, value in values.items() if value in kinds[key].choices}
        template = optuna.trial.create_trial(
            state=TrialState.RUNNING,
            params=chosen,
            distributions={key: kinds[key] for key in chosen},
            user_attrs={"trial": trial.number},
        )
        created = new_trial(self.storage, self.spec.name, template)
        self.ledger.link(trial.number, created)

    def _tell(self, trial: Trial) -> None:
        """Close a trial of the study if all its jobs have ended: its value is the mean over them."""
        rows = [self.ledger.rows[number] for number in trial.jobs or ()]
        if trial.study is None or any(row.state not in ENDED for row in rows):
            return
        finished = [row.objective for row in rows if row.state == "finished" and row.objective]
        if any(row.state == "pruned" for row in rows):
            self._set(trial.study, TrialState.PRUNED)
        elif finished:
            means = [fmean(values) for values in zip(*finished, strict=True)]
            self._set(trial.study, TrialState.COMPLETE, means)
        else:
            self._set(trial.study, TrialState.FAIL)

    def _set(self, study_trial: int, state: TrialState, values: Sequence[float] | None = None) -> None:
        with suppress(optuna.exceptions.UpdateFinishedTrialError):  # another worker was there first
            self.storage.set_trial_state_values(study_trial, state, values)
