"""`rnnlab dynamic_evaluation RUN`: test a finished language model while it keeps learning."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.sweep.best_run import open_run

SUMMARY = "the test loss of a language model that goes on learning from what it has read"
EXAMPLES = """\
examples:
  rnnlab dynamic_evaluation last:shakespeare
  rnnlab dynamic_evaluation last --rule sgd --json
  rnnlab dynamic_evaluation last --learning-rates 1e-4 3e-4 --decays 0 0.01 --segment 20

Krause et al. (2018). Every rate is tried with every decay on the start of the validation text, and the best
of them on the test text. What is not given is taken from the run's config, task.dynamic_evaluation. The run
is not changed."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--rule", choices=["rms", "sgd"], help="how the gradient is scaled")
    parser.add_argument("--learning-rates", metavar="RATE", type=float, nargs="+", help="numbers > 0")
    parser.add_argument("--decays", metavar="DECAY", type=float, nargs="+", help="numbers in [0, 1]")
    parser.add_argument("--segment", metavar="TOKENS", type=int, help="tokens between two steps")
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")


def run(arguments: Namespace) -> None:
    opened = open_run(arguments.run, arguments.outputs)
    opened.problem.require("dynamic_evaluation", opened.folder.path)
    found = opened.problem.dynamic_evaluation(opened, chosen(opened, arguments))
    if arguments.json:
        print(json.dumps({"run": str(opened.folder.path), **found.facts, **found.metrics}))
        return
    for name, value in {**found.facts["chosen"], **found.metrics}.items():
        print(f"{name}  {value:.6g}" if isinstance(value, float) else f"{name}  {value}")


def chosen(opened: OpenRun, arguments: Namespace) -> Any:
    """Return the run's config with the command line's overrides.

    Raises:
        SettingError: the run has no such settings or no checkpoint, or a value is out of range.
    """
    from rnnlab.run.config.check import check_rules, leaves_of, own_rules

    cfg: Any = opened.config.copy()
    settings = cfg.task.get("dynamic_evaluation")
    if settings is None or not opened.folder.best.is_file():
        rule = "must be a finished run of a language model"
        raise SettingError("RUN", opened.folder.path, rule)
    for name in ("rule", "learning_rates", "decays", "segment"):
        if getattr(arguments, name) is not None:
            settings[name] = getattr(arguments, name)
    settings.enabled = True
    check_rules(leaves_of(cfg, "task.dynamic_evaluation"), own_rules(cfg))
    return cfg
