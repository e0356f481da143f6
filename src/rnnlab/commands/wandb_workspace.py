"""`rnnlab wandb_workspace RUN`: lay out a workspace in Weights & Biases that compares runs like this one."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from rnnlab.commands.tokenize import add_run

SUMMARY = "a workspace in Weights & Biases that compares the runs of a task, laid out by one command"
EXAMPLES = """\
examples:
  rnnlab wandb_workspace last:tweets
  rnnlab wandb_workspace last:tweets --entity my-team --project rnnlab --name "tweets, by cell"
  rnnlab wandb_workspace last:tweets --json

Its panels follow the run: the metric that it monitors, the scores of its test, the settings that were typed,
its pictures. It needs a key (WANDB_API_KEY or wandb login) and pip install 'rnnlab[wandb]'; runs that were
logged without a network are sent by wandb sync first. --json prints the layout and sends nothing."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    told = "of W&B (default: the one that the run was logged to, or rnnlab)"
    parser.add_argument("--project", metavar="NAME", help=told)
    parser.add_argument("--entity", metavar="NAME", help="a user or a team of W&B (default: the key's own)")
    parser.add_argument("--name", metavar="TEXT", help="of the workspace (default: rnnlab: TASK)")
    parser.add_argument("--json", action="store_true", help="print the layout, and send nothing")


def run(arguments: Namespace) -> None:
    from rnnlab.commands.workspace.layout import layout_of
    from rnnlab.commands.workspace.send import check_reach, send
    from rnnlab.sweep.best_run import open_run

    if not arguments.json:
        check_reach()
    layout = layout_of(open_run(arguments.run, arguments.outputs), arguments.project, arguments.name)
    if arguments.json:
        print(json.dumps(layout.to_json(), indent=2))
        return
    print(
        f"workspace {layout.name!r} of the project {layout.project}: {len(layout.sections)} sections",
        flush=True,
    )
    print(send(layout, arguments.entity))
