"""`rnnlab rate RUN ...`: collect blind ratings of passages in the browser."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.find import OUTPUTS

SUMMARY = "a page on which people compare what runs write with one another and with real text, blind"
EXAMPLES = """\
examples:
  rnnlab rate last:shakespeare
  rnnlab rate best:my_sweep last:shakespeare --rater Ada --count 40
  rnnlab rate last:shakespeare --host 0.0.0.0 --results ratings.jsonl
  rnnlab rate --results ratings.jsonl --show

Each answer is on disk before the next two passages are shown: stop at any time and call it again to go on.
Ctrl+C ends it and prints the results. docs/rating.md has the rest."""
FILE = "rating.jsonl"


def add_options(parser: ArgumentParser) -> None:
    help_runs = "a run's folder, a part of its path, last, last:TASK, or best:SWEEP; of the same data"
    parser.add_argument("runs", metavar="RUN", nargs="*", help=help_runs)
    help_outputs = "the folder that holds the runs (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=OUTPUTS, help=help_outputs)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    help_allow = "a name by which browsers may call the page, beside this machine's; * for every name"
    parser.add_argument("--allow-host", metavar="NAME", action="append", default=[], help=help_allow)
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one (default: 8001)")
    parser.add_argument("--rater", metavar="NAME", help="who answers (default: the page asks)")
    parser.add_argument("--count", type=int, default=30, help="comparisons (default: 30)")
    parser.add_argument("--length", type=int, default=400, help="characters of a passage (default: 400)")
    parser.add_argument("--temperature", metavar="T", type=float, default=0.8, help="(default: 0.8)")
    parser.add_argument("--seed", type=int, default=1, help="of passages and their order (default: 1)")
    help_results = f"where answers are kept (default: {FILE} in the first run's folder)"
    parser.add_argument("--results", metavar="FILE", type=Path, help=help_results)
    parser.add_argument("--show", action="store_true", help="only print the results")


def run(arguments: Namespace) -> None:
    from rnnlab.serve.rating.plan import Settings
    from rnnlab.serve.rating.session import rater_of

    if arguments.show:
        show(results_path(arguments))
        return
    settings = Settings(arguments.count, arguments.length, arguments.temperature, arguments.seed)
    settings.check()
    rater = None if arguments.rater is None else rater_of(arguments.rater)
    if not arguments.runs:
        raise UserError("RUN is missing: whose passages are compared?\nsee rnnlab rate --help")
    from rnnlab.serve.rating.app import build_app
    from rnnlab.serve.rating.open_results import open_results
    from rnnlab.serve.rating.server import serve
    from rnnlab.serve.service.bind import bind

    with bind(arguments.host, arguments.port) as bound:
        path = results_path(arguments)
        results = open_results(arguments.runs, arguments.outputs, settings, path)
        print(f"{len(results.answers)} answers so far in {path}", flush=True)
        serve(build_app(results, rater, [arguments.host, *arguments.allow_host]), bound)
        results.close()
    show(path)


def results_path(arguments: Namespace) -> Path:
    """Return the named results file, or else that of the first run."""
    if arguments.results is not None:
        return Path(arguments.results)
    if not arguments.runs:
        raise UserError("--results is missing: which file, or which RUN's?\nsee rnnlab rate --help")
    from rnnlab.sweep.best_run import find

    return find(arguments.runs[0], arguments.outputs).path / FILE


def show(path: Path) -> None:
    from rnnlab.serve.rating.results import summary
    from rnnlab.serve.rating.show_results import text_of

    if not path.is_file():
        raise SettingError("--results", path, "there is no such file")
    print(text_of(summary(path)))
