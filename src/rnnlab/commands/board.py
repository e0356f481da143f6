"""`rnnlab board`: a page over all runs, live while they train."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.find import OUTPUTS

SUMMARY = "a page over all runs, live while they train: filter, sort, compare, settings against results"
EXAMPLES = """\
examples:
  rnnlab board
  rnnlab board --port 9000
  rnnlab board outputs/sweeps/MY_SWEEP --open
  rnnlab board --html board.html

The page is for this machine alone: http://127.0.0.1:PORT. From another one: ssh -L 8002:127.0.0.1:8002 HOST.
Ctrl+C ends it. --html writes the page to a file, which needs no server and shows the runs as they are now."""


def add_options(parser: ArgumentParser) -> None:
    help_folder = "the folder that holds the runs (default: outputs)"
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, default=OUTPUTS, help=help_folder)
    parser.add_argument("--port", type=int, default=8002, help="0 takes a free one (default: 8002)")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the page to a file instead")
    parser.add_argument("--open", action="store_true", help="show the page in the browser")


def run(arguments: Namespace) -> None:
    folder: Path = arguments.folder.expanduser()
    if not folder.is_dir() and (folder != OUTPUTS or arguments.html is not None):
        raise SettingError("FOLDER", folder, "is no folder")
    if arguments.html is not None:
        _save(folder, arguments.html.expanduser(), arguments.open)
        return
    from rnnlab.serve.board.app import Board
    from rnnlab.serve.board.server import HOST, BoardServer, serve
    from rnnlab.serve.service.bind import bind

    with bind(HOST, arguments.port) as bound:
        server = BoardServer(Board(folder), bound)
        print(server.url, flush=True)
        print(f"the runs under {folder}; Ctrl+C ends it", flush=True)
        if arguments.open:
            _open(server.url)
        serve(server)


def _save(folder: Path, path: Path, is_shown: bool) -> None:
    from rnnlab.serve.board.saved import save_board

    print(f"reading the runs under {folder}", file=sys.stderr, flush=True)
    try:
        count = save_board(folder, path)
    except OSError as error:
        raise UserError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
    print(f"{path}: {count:,} runs")
    if is_shown:
        _open(path.absolute().as_uri())


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        print("no browser could be started: open the address by hand", file=sys.stderr)
