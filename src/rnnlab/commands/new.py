"""`rnnlab new NAME`: make a project with a cell, a data set and a kind of problem of one's own."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.project.create import create
from rnnlab.errors import UserError

SUMMARY = "a small project of your own that trains at once: a cell, a data set, a kind of problem, tests"
EXAMPLES = """\
examples:
  rnnlab new my_project
  rnnlab new ~/work/cafe-orders
  rnnlab new my_project && cd my_project && pip install -e ".[test]" && pytest

NAME is a new folder; its last part names the Python package in it. The project has the minimal gated unit as
its cell, 480 orders at a cafe as its data, and counts (how many items an order asks for) as its kind of
problem: change what you need and delete the rest. Its README.md explains each file."""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", type=Path, help="the folder to make, such as my_project")


def run(arguments: Namespace) -> None:
    folder = arguments.name.expanduser()
    try:
        files = create(folder)
    except OSError as error:
        raise UserError(f"NAME={folder}: cannot be written: {error.strerror}") from error
    print(f"{folder}: {len(files)} files; README.md explains them. Next:")
    print(f"  cd {shlex.quote(str(folder))}")
    print('  pip install -e ".[test]"')
    print("  pytest")
    print("  rnnlab train --config-dir conf task=counts")
    print('  rnnlab predict last:counts "two coffees and a slice of cake, please"')
