"""Measure how far training steps are from what this machine could do at best, and where the rest goes.

    python scripts/benchmark_roofline.py                     # a language model: 2 x 512, batch 32, 64 steps
    python scripts/benchmark_roofline.py --hidden-size 384 --layers 1 --profile 15
    python scripts/benchmark_roofline.py --cells             # forward and backward of a layer of every cell
    python scripts/benchmark_roofline.py --cells lstm gru --width 128 --length 256 --batch 8
    python scripts/benchmark_roofline.py --kinds             # a training step of every kind's default task
    python scripts/benchmark_roofline.py --kinds tagging --own --json floors.json
    python scripts/benchmark_roofline.py --cells --kinds --quick     # tiny sizes: whether it works

The first form gives the fraction of the rate of the step's own matrix products that a language model with
each optimizer reaches. The others give for each row what a step needs (FLOP of products, bytes that must be
read or written at least once, operators that it calls), its floor on this machine (the greater of FLOP by the
rate of a large product and bytes by the rate of a large copy), the time that it takes, and the shares of it:
arithmetic at the best rate; calls, what the operators take on a single number; memory, the rest of forward
and backward, mostly element by element; the optimizer with clipping; data, loading a batch; and framework,
the loop of train.py over the same steps without it. Kinds read data made in the shape of their own; `--own`
takes the task's. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from roofline import language_model
from roofline.cells import cell_choices, measure_cells
from roofline.kind_data import EXAMPLES, choices
from roofline.kinds import Amounts, measure_kind
from roofline.machine import Peaks, in_words, measure_peaks
from roofline.rows import Row, line, table, write_json

from rnnlab.model.kernels import cpu_name
from rnnlab.run.build.machine import set_threads
from rnnlab.training.callback.quiet import quiet

TINY = {"width": 8, "length": 6, "batch": 2, "seconds": 0.0, "steps": 2, "rounds": 1}


def cell_rows(arguments: argparse.Namespace, peaks: Peaks) -> list[Row]:
    known = {choice.name: choice for choice in cell_choices()}
    chosen = [known[name] for name in arguments.cells or known]
    rows = []
    size = (arguments.width, arguments.length, arguments.batch)
    for row in measure_cells(chosen, size, arguments.seconds, peaks):
        print(line(row), file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def kind_rows(arguments: argparse.Namespace, peaks: Peaks) -> list[Row]:
    quiet()
    rows = []
    for name in arguments.kinds or EXAMPLES:
        with tempfile.TemporaryDirectory(prefix="roofline-") as folder:
            chosen = choices(name, Path(folder), arguments.own, arguments.quick)
            amounts = Amounts(max(2, arguments.steps), arguments.rounds)
            rows.append(measure_kind(name, chosen, amounts, Path(folder), peaks))
        print(line(rows[-1]), file=sys.stderr, flush=True)
    return rows


def measure(arguments: argparse.Namespace) -> None:
    """Measure the tables that are asked for, print them and write them to a file where one is named."""
    threads = set_threads(arguments.threads)
    peaks = measure_peaks(arguments.quick)
    machine: dict[str, Any] = {"cpu": cpu_name(), "threads": threads, "torch": torch.__version__}
    machine |= {"peaks": peaks._asdict()}
    print(f"{cpu_name()}, {threads} threads, torch {torch.__version__}: {in_words(peaks)}")
    tables: dict[str, Sequence[Row]] = {}
    if arguments.cells is not None:
        tables["cells"] = cell_rows(arguments, peaks)
        size = f"{arguments.width} units, {arguments.length} steps, {arguments.batch} rows"
        print(f"\n{table(tables['cells'], f'cell ({size})')}")
    if arguments.kinds is not None:
        tables["kinds"] = kind_rows(arguments, peaks)
        print(f"\n{table(tables['kinds'], 'kind')}\n")
        print("\n".join(f"{row.name}: {row.about}" for row in tables["kinds"]))
    if arguments.json is not None:
        write_json(arguments.json, machine, tables)


def parsed(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    language_model.add_arguments(parser)
    add = parser.add_argument_group("cells and kinds").add_argument
    add("--cells", nargs="*", metavar="NAME", help="cells of conf/model (default: all)")
    add("--kinds", nargs="*", choices=list(EXAMPLES), metavar="NAME", help="kinds (default: all)")
    add("--width", type=int, default=256, help="of --cells: inputs and units (default 256)")
    add("--length", type=int, default=128, help="of --cells: steps of a row (default 128)")
    add("--batch", type=int, default=32, help="of --cells: rows (default 32)")
    add("--seconds", type=float, default=1.0, help="of --cells: for a cell (default 1)")
    add("--own", action="store_true", help="of --kinds: the tasks' own data, not made ones")
    add("--quick", action="store_true", help="tiny sizes")
    add("--json", type=Path, metavar="FILE", help="also write the tables of --cells and --kinds there")
    arguments = parser.parse_args(given)
    known = [choice.name for choice in cell_choices()] if arguments.cells else []
    wrong = [name for name in arguments.cells or [] if name not in known]
    if wrong:
        parser.error(f"--cells {wrong[0]}: unknown; there are {', '.join(known)}")
    if arguments.quick:
        vars(arguments).update(TINY)
    sizes = {name: getattr(arguments, name) for name in ("width", "length", "batch", "steps", "rounds")}
    for name, value in sizes.items():
        if value < 1:
            parser.error(f"--{name} {value}: must be at least 1")
    return arguments


def main() -> None:
    arguments = parsed(sys.argv[1:])
    if arguments.cells is None and arguments.kinds is None:
        language_model.measure(arguments)
    else:
        measure(arguments)


if __name__ == "__main__":
    main()
