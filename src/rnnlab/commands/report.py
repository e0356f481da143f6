"""`rnnlab report RUN`: write one HTML file about a run, a set of runs or a sweep."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.errors import SettingError, UserError
from rnnlab.report.page.tables import latex, markdown, run_table, set_table
from rnnlab.report.page.write import put, write_report, write_set_report
from rnnlab.run.folder.find import OUTPUTS, run_folders
from rnnlab.run.folder.report_files import files_of
from rnnlab.sweep.best_run import find
from rnnlab.sweep.find import find_sweep

NAME = "report.html"
SWEEP = "sweep:"
SUMMARY = "what a run, several or a sweep came to, as one HTML page that needs no network"
EXAMPLES = """\
examples:
  rnnlab report last:tweets --open
  rnnlab report outputs/sweeps/MY_SWEEP
  rnnlab report sweep:last
  rnnlab report RUN RUN RUN --output compared.html
  rnnlab report sweep:last --table latex > table.tex

A run's page is RUN/report.html, a sweep's SWEEP/report.html, that of several runs report.html here. Test
scores have 95 % intervals; runs that differ in their seed alone are one setting, with its mean and interval;
settings whose test rows are the same are compared on them, pair by pair."""


def add_options(parser: ArgumentParser) -> None:
    help_run = (
        "a run's folder, a part of its path, last, last:TASK or best:SWEEP; a sweep's folder, or sweep:NAME"
    )
    parser.add_argument("runs", metavar="RUN", nargs="+", help=help_run)
    help_outputs = "the folder that holds the runs (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=OUTPUTS, help=help_outputs)
    parser.add_argument("--output", metavar="FILE", type=Path, help="where to write")
    help_table = "print the main table instead of writing the page"
    parser.add_argument("--table", choices=["markdown", "latex"], help=help_table)
    parser.add_argument("--open", action="store_true", help="show the page in the browser")


def run(arguments: Namespace) -> None:
    folders, sweep = folders_of(arguments.runs, arguments.outputs)
    if arguments.table is not None:
        _print_table(folders, sweep, arguments)
        return
    try:
        path = _write(folders, sweep, arguments.output)
    except OSError as error:
        raise UserError(
            f"{error.filename or arguments.output}: cannot be written: {error.strerror}"
        ) from error
    print(path)
    if arguments.open:
        import webbrowser

        if not webbrowser.open(path.absolute().as_uri()):
            print("no browser could be started: open the file by hand", file=sys.stderr)


def folders_of(names: list[str], outputs: Path) -> tuple[list[Path], Path | None]:
    """Return the named run folders, each once, and the sweep's folder if only one sweep was named.

    Raises:
        SettingError: a name matches no run or sweep, or several, or a sweep has no job yet.
    """
    folders: list[Path] = []
    sweeps: list[Path] = []
    for name in names:
        sweep = _sweep(name, outputs)
        if sweep is None:
            folders.append(find(name, outputs).path)
            continue
        jobs = [path for path in run_folders(sweep) if path.parent == sweep and path.name.isdecimal()]
        if not jobs:
            raise SettingError("RUN", name, "this sweep has no job yet that was started")
        sweeps.append(sweep)
        folders += sorted(jobs, key=lambda path: int(path.name))
    unique = list({path.resolve(): path for path in folders}.values())
    return unique, sweeps[0] if len(names) == len(sweeps) == 1 else None


def _sweep(name: str, outputs: Path) -> Path | None:
    """Return the sweep's folder, or None if the name is not a sweep."""
    if name.startswith(SWEEP):
        return find_sweep(name.removeprefix(SWEEP), outputs).path
    typed = Path(name).expanduser()
    try:
        is_sweep = any((typed / file).is_file() for file in ("ledger.jsonl", "sweep.yaml", "jobs.csv"))
        is_named = name not in ("", ".", "..") and "/" not in name and (outputs / "sweeps" / name).is_dir()
    except (OSError, ValueError):  # a name that is too long or has a zero byte is not a path
        return None
    return find_sweep(name, outputs).path if is_sweep or is_named else None


def _write(folders: list[Path], sweep: Path | None, output: Path | None) -> Path:
    if len(folders) == 1 and sweep is None:
        return write_report(files_of(folders[0]), output or folders[0] / NAME)
    title = sweep.name if sweep else f"{len(folders)} runs compared"
    runs = [files_of(folder) for folder in folders]
    return write_set_report(runs, output or (sweep / NAME if sweep else Path(NAME)), title, sweep)


def _print_table(folders: list[Path], sweep: Path | None, arguments: Namespace) -> None:
    runs = [files_of(folder) for folder in folders]
    table = run_table(runs[0]) if len(runs) == 1 and sweep is None else set_table(runs)
    if not table[1]:
        raise SettingError("RUN", " ".join(arguments.runs), "nothing was measured: no run has finished")
    page = markdown(table) if arguments.table == "markdown" else latex(table)
    if arguments.output is None:
        print(page, end="")
    else:
        print(put(page, arguments.output))
