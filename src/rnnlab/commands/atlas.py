"""`rnnlab atlas FOLDER...`: every model on every probe, from the sweeps of experiment=atlas."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

SUMMARY = "every cell on every probe: tables and figures of sweeps that tune each pair"
EXAMPLES = """\
examples:
  rnnlab atlas outputs/sweeps/atlas --html atlas.html
  rnnlab atlas part1 part2 --json atlas.json
  rnnlab atlas atlas.json part3 --json atlas.json --html atlas.html

Prints the median accuracy over fresh seeds of each model on each probe. The sweeps are those of
python train.py -m experiment=atlas; several, and files of --json, are put together. docs/atlas.md explains
the page."""


def add_options(parser: ArgumentParser) -> None:
    help_places = "a sweep's folder, its name, a part of that, or last; or a file that --json wrote"
    parser.add_argument("places", metavar="FOLDER", nargs="+", help=help_places)
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the page, which needs no network")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all numbers")
    place = "where sweeps/ lies (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=Path("outputs"), help=place)


def run(arguments: Namespace) -> None:
    from rnnlab.sweep.atlas.grid import grids_of, text_of
    from rnnlab.sweep.atlas.read import read_atlas, write_atlas

    entries, notes = read_atlas(arguments.places, arguments.outputs)
    print("\n\n".join(text_of(grid) for grid in grids_of(entries)))
    for note in notes:
        print(f"note: {note}")
    if arguments.json:
        write_atlas(entries, arguments.json)
        print(f"numbers: {arguments.json}")
    if arguments.html:
        from rnnlab.sweep.atlas.page import write_page

        write_page(entries, notes, arguments.html)
        print(f"page:    {arguments.html}")
