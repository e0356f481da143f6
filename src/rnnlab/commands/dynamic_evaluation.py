"""`rnnlab dynamic_evaluation RUN`: a finished language model that goes on learning as it is tested."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError
from rnnlab.run.config.saved import saved_config
from rnnlab.run.folder.find import find_run
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.untrusted import read_json

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
    from rnnlab.kinds.language_modeling.dynamic_choice import dynamic_evaluation

    folder = find_run(arguments.run, arguments.outputs)
    cfg = chosen(folder, arguments)
    network, data = rebuilt(folder, cfg)
    dynamic = dynamic_evaluation(cfg.task.dynamic_evaluation, network, data)
    if arguments.json:
        print(json.dumps({"run": str(folder.path), "chosen": dynamic.chosen, **dynamic.metrics}))
        return
    for name, value in {**dynamic.chosen, **dynamic.metrics}.items():
        print(f"{name}  {value:.6g}" if isinstance(value, float) else f"{name}  {value}")


def chosen(folder: RunFolder, arguments: Namespace) -> Any:
    """The run's config with what was typed.

    Raises:
        SettingError: the run is no language model's over running text, or a value is out of range.
    """
    from rnnlab.kinds.language_modeling.checks import check_dynamic
    from rnnlab.run.config.check import check_rules, leaves_of

    cfg: Any = saved_config(folder.config)
    settings = cfg.task.get("dynamic_evaluation")
    if settings is None or not folder.best.is_file():
        rule = "must be a finished run of a language model"
        raise SettingError("RUN", folder.path, rule)
    for name in ("rule", "learning_rates", "decays", "segment"):
        if getattr(arguments, name) is not None:
            settings[name] = getattr(arguments, name)
    settings.enabled = True
    check_rules(leaves_of(cfg, "task.dynamic_evaluation"))
    check_dynamic(cfg)
    return cfg


def rebuilt(folder: RunFolder, cfg: Any) -> tuple[Any, Any]:
    """The run's network with its best weights, and its data.

    Raises:
        SettingError: the data have changed since.
    """
    from rnnlab.run.build.assemble import build_data, build_network
    from rnnlab.run.build.vectors import build_choice, build_vectors
    from rnnlab.run.config.check_pretrained import keeps_tokenizer
    from rnnlab.run.folder.checkpoint import state_of
    from rnnlab.run.folder.result import read
    from rnnlab.run.folder.run_preprocessing import tokenizer_of
    from rnnlab.run.folder.same_data import difference_of

    data = build_data(cfg, tokenizer_of(folder) if keeps_tokenizer(cfg) else None)
    data.prepare()
    difference = difference_of(read(folder.path / "result.json").get("data") or {}, data.provenance)
    if difference:
        raise SettingError("RUN", folder.path, f"its data are not those of its training: {difference}")
    if data.tokenizer.to_json() != read_json(folder.tokenizer):
        raise SettingError("RUN", folder.path, "its texts have changed since: they give another vocabulary")
    network = build_network(cfg, data, build_vectors(build_choice(cfg), data))
    state = state_of(folder.best)
    network.load_state_dict({name.removeprefix("network."): value for name, value in state.items()})
    return network, data
