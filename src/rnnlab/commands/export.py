"""`rnnlab export RUN`: export a finished run as a folder that needs no torch."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.tokenize import add_run
from rnnlab.export.requirements import needs_onnx
from rnnlab.report.tables import short_path
from rnnlab.sweep.best_run import open_run

SUMMARY = "a run as ONNX with its tokenizer and a model card, in one folder"
EXAMPLES = """\
examples:
  rnnlab export last:tweets
  rnnlab export last:imdb --quantize --output models/imdb
  rnnlab export best:MY_SWEEP --to onnx

The folder (default: export in the run's own) has model.onnx, tokenizer.json, runtime.json and README.md, the
model card; `from rnnlab.runtime import open_model` reads it without torch. What the graph says is checked
against the network at each export, and nothing is written where it differs. --quantize makes 8-bit matrices
and prints what they cost and bring."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--to", choices=["onnx"], default="onnx", help="the format (default: onnx)")
    parser.add_argument("--quantize", action="store_true", help="8-bit matrices")
    parser.add_argument("--output", metavar="DIR", type=Path, help="where to (default: RUN/export)")


def run(arguments: Namespace) -> None:
    needs_onnx()
    opened = open_run(arguments.run, arguments.outputs)
    opened.problem.require("export", opened.folder.path)
    from rnnlab.export.write import check_target, export

    folder = arguments.output or opened.folder.path / "export"
    check_target(folder)
    exported = export(opened, opened.problem.export(opened), folder, arguments.quantize)
    print("\n".join([*exported.notes, f"folder: {short_path(exported.folder)}"]))
