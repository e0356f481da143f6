"""How cost grows with work: time, processor time and memory by size, with slopes and one page of plots.

    python scripts/growth.py                              # every part at every size: hours
    python scripts/growth.py text-word --sizes 0.1,1      # one part, GB of text
    python scripts/growth.py predict runs board           # some parts
    python scripts/growth.py --quick                      # all parts at small sizes: a few minutes
    python scripts/growth.py --show                       # the table and the page of what was measured so far

Each size is measured once and kept in --out; a later call goes on with those that are missing, also after
Ctrl+C or SIGTERM, which end the running command and remove its work folder. A slope is
the exponent of the growth between the two largest sizes: 1 is linear, 0 is constant. Texts and tables are
made of lines of real text, by a seeded generator. Memory is what the processes hold, without mapped files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from growing.measure import Failed
from growing.parts import parts
from growing.results import Results, draw, table

from rnnlab.bar import Bar

PREFIX = "growth-"  # of work folders, before the number of their process
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked this script to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def main() -> int:
    arguments = parsed()
    try:
        with stoppable():
            return measure(arguments)
    except Stopped as stopped:
        said = f"stopped by {stopped}; {arguments.out} keeps what was measured: the same command goes on"
        print(said, file=sys.stderr, flush=True)
        return 128 + stopped.number


def measure(arguments: argparse.Namespace) -> int:
    """Measure what is missing, then print the table and draw the page; return the exit code."""
    results, failed = Results(arguments.out), []
    if arguments.work is not None:
        arguments.work.mkdir(parents=True, exist_ok=True)
    remove_leftovers(arguments.work or Path(tempfile.gettempdir()))
    names = [] if arguments.show else arguments.parts or list(parts())
    work = [(name, size) for name in names for size in sizes_of(arguments, name)]
    with Bar([one for one in work if arguments.again or not results.has(*one)], "growth") as bar:
        for name, size in bar:
            print(f"{name}, {size:g} {parts()[name].unit}", file=sys.stderr, flush=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=arguments.work))
            try:
                results.put(name, parts()[name].unit, size, parts()[name].measure(size, folder))
            except Failed as error:
                failed.append(f"{name} {size:g}: {error}")
                print(failed[-1], file=sys.stderr, flush=True)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    print(table(results.curves()))
    if results.found:
        page = arguments.out.with_suffix(".png")
        draw(results.curves(), page)
        print(page)
    return 1 if failed else 0


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise `Stopped` in the block at the first signal to end; later ones do not disturb its clearing up."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def remove_leftovers(work: Path) -> None:
    """Remove the work folders of processes that were killed, which may hold gigabytes."""
    for folder in work.glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)


def sizes_of(arguments: argparse.Namespace, name: str) -> list[float]:
    part = parts()[name]
    return sorted(arguments.sizes or (part.quick if arguments.quick else part.sizes))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", metavar="PART", nargs="*", help=", ".join(parts()))
    parser.add_argument("--sizes", metavar="A,B", type=numbers, help="of the parts, in their own units")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--again", action="store_true", help="measure again what is known")
    parser.add_argument("--show", action="store_true", help="measure nothing")
    parser.add_argument("--out", type=Path, default=Path("growth.json"), help="default: growth.json")
    parser.add_argument("--work", type=Path, help="a folder with room for the texts (default: the system's)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in parts()]
    if unknown:
        parser.error(f"no part {unknown[0]}: choose from {', '.join(parts())}")
    return arguments


def numbers(typed: str) -> list[float]:
    return [float(part) for part in typed.split(",")]


if __name__ == "__main__":
    sys.exit(main())
