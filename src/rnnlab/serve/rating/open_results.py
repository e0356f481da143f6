"""Open a results file for runs and settings: a new one, or an existing one that matches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.serve.rating.answers import Results, create
from rnnlab.serve.rating.passages import make_plan, models_of
from rnnlab.serve.rating.plan import Settings, describe


def open_results(names: Sequence[str], outputs: Path, settings: Settings, path: Path) -> Results:
    """Open the results file; passages are written only for a new one.

    Raises:
        SettingError: a run cannot be rated, or the file has other runs or settings or cannot be written.
    """
    from rnnlab.serve.service.loaded import named
    from rnnlab.sweep.best_run import open_run

    runs = named([open_run(name, outputs) for name in names])
    models = models_of(runs)
    if not path.exists():
        if not path.parent.is_dir():
            raise SettingError("--results", path, f"there is no folder {path.parent}")
        create(path, make_plan(runs, models, settings))
    results = Results(path)
    asked, there = describe(models, settings), results.plan.describe()
    if asked != there:
        results.close()
        rule = f"is of {there}\nasked for is {asked}: name another file with --results"
        raise SettingError("--results", path, rule)
    return results
