"""Race rnnlab against other libraries: the same files, cores and seconds, each as its documentation says.

    python scripts/race.py --plan                      # what would run, and for how long
    python scripts/race.py --quick                     # ten minutes, small data
    python scripts/race.py                             # all of it, two hours at most
    python scripts/race.py --tasks imdb --peers rnnlab,keras --minutes 10
    python scripts/race.py --page docs/results/race.html --into docs/race.md

Each peer has a virtual environment of its own, made from a pinned list. Scores, seconds and memory are
measured from outside; docs/race.md has the protocol. A race that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "race"))

import environment
from lanes import Peer, Task, all_tasks, chosen
from machine import machine_lines
from page import by_task, write_into, write_page
from results import Race, Result, Step, result_of, run_step, steps
from table import duration, outcome, race_table
from verdict import verdicts

from rnnlab.errors import SettingError, UserError
from rnnlab.tokenizer.parallel import available_cores

OVERHEAD = 12.0  # seconds of a training beside its budget: start, end, scores
USE = {True: 12.0, False: 18.0}  # seconds of answering rows, quick or not
LIMITS = {True: 600.0, False: 7200.0}
CAPS = (600.0, 480.0, 360.0, 300.0, 240.0, 180.0, 150.0, 120.0, 90.0, 60.0)  # seconds


def expected(race: Race, step: Step) -> float:
    """Return about how many seconds a step takes."""
    if step.action == "use":
        return USE[race.quick]
    marks = race.marks(step.task)
    answering = 0.7 * step.task.answer_seconds * race.answer_part * (len(marks) if step.peer.neural else 1)
    training = sum(marks) if step.peer.once_per_mark else marks[-1]
    return min(training, step.peer.typical or training) + answering + OVERHEAD


def fitted(race: Race, planned: Sequence[Step]) -> Race:
    """Return the race with the largest cap on budgets with which all of it fits into its time.

    Nothing is cut where the user names the longest budget.
    """
    for cap in (None, *CAPS):
        capped = dataclasses.replace(race, cap=cap)
        if race.minutes or sum(expected(capped, step) for step in planned) <= LIMITS[race.quick]:
            break
    return capped


def lanes_of(arguments: argparse.Namespace) -> list[tuple[Task, Peer]]:
    tasks = all_tasks()
    names = words(arguments.tasks) or [t.name for t in tasks.values() if t.in_quick or not arguments.quick]
    return chosen(tasks, names, words(arguments.peers))


def words(text: str | None) -> list[str]:
    return [word for word in (text or "").split(",") if word]


def show_plan(race: Race, todo: Sequence[Step]) -> None:
    """Print every step that is still to run, and how long all of them take."""
    for step in todo:
        marks = ", ".join(f"{mark:g}" for mark in race.marks(step.task))
        told = f"marks at {marks} s" if step.action == "train" else "start-up, latency, rows a second"
        print(f"{step!s:36} about {expected(race, step):4.0f} s  {told}")
    whole = sum(expected(race, step) for step in todo)
    over = f", OVER the {duration(LIMITS[race.quick])} of it" if whole > LIMITS[race.quick] else ""
    if race.cap:
        print(
            f"no budget beyond {race.cap:g} s, so that all fits; --minutes or fewer --tasks give longer ones"
        )
    print(f"{len(todo)} steps, about {duration(whole)} in all{over}, without the installation of peers")


def install(peers: Sequence[Peer]) -> None:
    """Make the environments that are not there, so that no installation falls into the race."""
    for peer in peers:
        if peer.requirements and not environment.is_made(peer.requirements):
            print(f"installing {peer.name}: {' '.join(peer.requirements)} ...", flush=True)
            try:
                environment.python_of(peer.requirements)
            except environment.InstallError as error:
                print(f"{peer.name} cannot be installed:\n{error}", flush=True)


def go(race: Race, todo: Sequence[Step]) -> None:
    """Run the steps, a line for each."""
    start, expectation = time.time(), sum(expected(race, step) for step in todo)
    for number, step in enumerate(todo, 1):
        print(f"[{number}/{len(todo)}] {step} ...", end=" ", flush=True)
        found = run_step(race, step)
        expectation -= expected(race, step)
        rest = f"{duration(time.time() - start)} so far, about {duration(expectation)} to go"
        print(f"{outcome(step, found)} ({rest})", flush=True)


def is_open(race: Race, step: Step, retry: bool) -> bool:
    """Return whether a step has to run: without a result, or with a failure that is tried again."""
    found = result_of(race, step)
    return found is None or (retry and found["status"] != "ok")


def results(race: Race, planned: Sequence[Step]) -> list[Result]:
    return [found for step in planned if (found := result_of(race, step)) is not None]


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="short budgets and small data, ten minutes")
    parser.add_argument("--tasks", metavar="NAMES", help="some tasks, with commas (default: all)")
    parser.add_argument("--peers", metavar="NAMES", help="some peers, with commas (default: all)")
    parser.add_argument(
        "--minutes", type=float, help="longest budget of a training (default: the task's own)"
    )
    parser.add_argument("--trainings", type=int, default=1, help="trainings of each peer (default: 1)")
    parser.add_argument("--rounds", type=int, help="rounds of answering rows (default: 3, quick: 1)")
    parser.add_argument("--threads", type=int, help="cores and threads (default: all)")
    parser.add_argument("--plan", action="store_true", help="print what would run, and end")
    parser.add_argument("--install", action="store_true", help="make the peers' environments, and end")
    parser.add_argument("--retry", action="store_true", help="run again what failed")
    parser.add_argument("--fresh", action="store_true", help="delete the results that are there")
    parser.add_argument("--folder", type=Path, default=Path("outputs/race"), help="of the results")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page, and FILE.json beside it")
    parser.add_argument("--into", type=Path, metavar="FILE", help="put the tables into a Markdown page")
    return parser.parse_args()


def main() -> None:
    arguments = parsed()
    kind = "quick" if arguments.quick else "full"
    if arguments.minutes is not None and arguments.minutes <= 0:
        raise SettingError("--minutes", arguments.minutes, "must be positive")
    threads = arguments.threads or available_cores()
    race = Race((arguments.folder / kind).resolve(), arguments.quick, threads, arguments.minutes)
    lanes = lanes_of(arguments)
    planned = steps(lanes, arguments.trainings, arguments.rounds or (1 if arguments.quick else 3))
    race = fitted(race, planned)
    if arguments.fresh and not arguments.plan:
        shutil.rmtree(race.folder, ignore_errors=True)
    only_page = bool(arguments.page or arguments.into)
    todo = [] if only_page else [step for step in planned if is_open(race, step, arguments.retry)]
    if arguments.plan:
        show_plan(race, todo)
        return
    print("\n".join(machine_lines(threads)), flush=True)
    install(list(dict.fromkeys(step.peer for step in todo)))
    if arguments.install:
        return
    go(race, todo)
    found = results(race, planned)
    print(race_table(race, lanes, found))
    for task, rows in by_task(lanes, found):
        print("\n".join([f"\n{task.name}:", *verdicts(race, task, rows)]))
    if arguments.page:
        write_page(race, lanes, found, arguments.page)
    if arguments.into:
        write_into(race, lanes, found, arguments.into)


def stop(number: int, frame: object) -> None:
    """End the race on a signal, and with it the peer that runs."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
