"""Check that a sweep's ledger is readable, complete and its own."""

from __future__ import annotations

from rnnlab.errors import UserError
from rnnlab.run.folder.code import train_command
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.groups import combinations, tuning_trials
from rnnlab.sweep.ledger.ledger import BrokenLedger, Ledger
from rnnlab.sweep.spec import Spec

SHOWN = 5  # jobs that an error names


def check_ledger(folder: SweepFolder, spec: Spec) -> Ledger:
    """Return the ledger. Raises BrokenLedger, with the command that rebuilds it, if it is damaged."""
    found = trouble(folder, spec)
    if isinstance(found, Ledger):
        return found
    mended = f"{train_command()} -m sweep.resume={folder.path}"
    raise BrokenLedger(f"{folder.ledger} {found}\nit is rebuilt from the run folders by: {mended}")


def trouble(folder: SweepFolder, spec: Spec) -> Ledger | str:
    """Return the ledger, or a phrase that describes the damage, to follow the path."""
    if not folder.ledger.is_file():
        return "is missing"
    if folder.ledger.stat().st_size == 0:
        return "is empty"
    try:
        ledger = Ledger(folder).sync()
    except UserError as error:
        return str(error).removeprefix(f"{folder.ledger} ")
    return _foreign(ledger, spec) or _short(folder, ledger, spec) or ledger


def _foreign(ledger: Ledger, spec: Spec) -> str | None:
    keys = {dimension.key for dimension in spec.space.dimensions}
    if ledger.identity not in (None, spec.identity) or any(set(row.values) - keys for row in ledger.rows):
        return "belongs to another sweep"
    return "has lost its first lines" if ledger.identity != spec.identity else None


def _short(folder: SweepFolder, ledger: Ledger, spec: Spec) -> str | None:
    wanted = _wanted(spec) if spec.identity is not None else None
    if wanted is not None and len(ledger.trials) < wanted:
        grid = "sweep" if spec.grouped else "grid"
        return f"has {len(ledger.trials)} of the {grid}'s {wanted} settings: it has lost lines"
    lost = [number for number in job_numbers(folder) if number >= len(ledger.rows)]
    if lost:
        named = ", ".join(map(str, lost[:SHOWN])) + ", ..." * (len(lost) > SHOWN)
        return f"knows nothing of the jobs {named}, which have run folders: it has lost lines"
    return None


def _wanted(spec: Spec) -> int | None:
    """Return the number of trials that are known from the start; None if a sampler chooses them."""
    if spec.grouped:
        groups = len(combinations(spec)) if spec.confirm_seeds else 0
        return sum(1 for _ in tuning_trials(spec)) + groups
    size = spec.space.size() if spec.sampler == "grid" else None
    return size if size is None or spec.trials is None else min(size, spec.trials)


def job_numbers(folder: SweepFolder) -> list[int]:
    """Return the sorted numbers of jobs that have run folders."""
    found = (path.name for path in folder.path.iterdir() if (path / "config.yaml").is_file())
    return sorted(int(name) for name in found if name.isdecimal())
