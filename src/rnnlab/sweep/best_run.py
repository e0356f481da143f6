"""Find a run by its typed name, including the best run of a sweep."""

from __future__ import annotations

from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.run.folder.find import OUTPUTS, find_run
from rnnlab.run.folder.last import counted, say
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

BEST = "best:"


def find(name: str, outputs: Path = OUTPUTS) -> RunFolder:
    """Find a run by name as `find_run` does, or by `best:SWEEP`.

    The latter is the run of the sweep's best setting with the best validation score and a checkpoint; its
    name is printed to stderr.

    Raises:
        SettingError: no run or several match; the sweep has no finished run yet.
    """
    if not name.startswith(BEST):
        return find_run(name, outputs)
    from rnnlab.sweep.find import find_sweep
    from rnnlab.sweep.outcome.record import read_record
    from rnnlab.sweep.outcome.settings import ranked, settings_of

    record = read_record(find_sweep(name.removeprefix(BEST), outputs))
    best = ranked(settings_of(record), record.directions)
    rows = [(row.objective[0], row.number) for row in best[0].finished if row.objective] if best else []
    if not rows:
        raise SettingError("RUN", name, f"no run of {record.folder.name} has finished yet")
    highest = record.directions[0] == "maximize"
    numbers = [row[1] for row in sorted(rows, key=lambda row: -row[0] if highest else row[0])]
    folders = [RunFolder(record.folder.job(number)) for number in numbers]
    trained = [folder for folder in folders if folder.best.is_file()]
    taken = next(iter(trained), folders[0])
    notes = [] if record.is_over else ["the sweep has not ended"]
    if trained and taken != folders[0]:
        passed = counted(folders.index(taken))
        notes.append(f"passed over: {passed} of that setting that did better, without a checkpoint")
    say(name, taken.path, notes)
    return taken


def open_run(name: str | Path, outputs: str | Path = OUTPUTS, device: str = "cpu") -> OpenRun:
    """Open the run that `name` refers to: a folder, part of a path, `last`, `last:TASK` or `best:SWEEP`.

    Everything is loaded lazily. The folder may have been moved or copied.

    Args:
        outputs: the folder searched for runs.
        device: where the network runs.

    Raises:
        SettingError: no run, or several, match; its config.yaml cannot be read or has an unknown task.
    """
    return OpenRun(find(str(name), Path(outputs)), device)
