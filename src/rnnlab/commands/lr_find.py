"""`rnnlab lr_find OVERRIDES`: run a learning-rate range test, plot it and suggest a rate."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rnnlab.atomic import save_figure
from rnnlab.commands.tune.output import add_overrides, check_plot, checked, plot_path, trial_choice
from rnnlab.errors import SettingError

SUMMARY = "a learning rate for a training, found by raising it until the loss diverges"
FACTOR = 100.0  # how far from the present rate, down and up
EXAMPLES = """\
examples:
  rnnlab lr_find task=imdb model=bilstm
  rnnlab lr_find task=shakespeare model=lstm optimizer=muon --steps 400
  rnnlab lr_find task=tweets optimizer=sgd --lowest 1e-3 --highest 10

OVERRIDES are those of train.py. The rate grows by equal factors from step to step (Smith 2017), those of all
groups of parameters together, until the mean loss is three times its lowest. Suggested is the rate
at which the loss is half-way down, where it falls fastest. Nothing of a run is read or kept but the plot."""


def add_options(parser: ArgumentParser) -> None:
    add_overrides(parser)
    parser.add_argument("--steps", metavar="N", type=int, default=200, help="optimizer steps (default: 200)")
    parser.add_argument(
        "--lowest", metavar="RATE", type=float, help="the first rate (default: optimizer.lr / 100)"
    )
    parser.add_argument(
        "--highest", metavar="RATE", type=float, help="the last rate (default: optimizer.lr * 100)"
    )


def run(arguments: Namespace) -> None:
    checked("--steps", arguments.steps, 10)
    check_plot(arguments.plot)
    choice = trial_choice(arguments)
    base = float(choice.cfg.optimizer.lr)
    lowest, highest = arguments.lowest or base / FACTOR, arguments.highest or base * FACTOR
    if not 0 < lowest < highest:
        raise SettingError("--lowest", lowest, f"must be above 0 and below --highest={highest:g}")
    from rnnlab.commands.tune.figures import draw_rates  # late: torch takes seconds, a wrong override none
    from rnnlab.commands.tune.learning_rate import suggestion
    from rnnlab.commands.tune.range_test import RangeTest
    from rnnlab.commands.tune.trial import fit

    test = RangeTest(base, lowest, highest, arguments.steps)
    fit(choice, test)
    path = plot_path(choice, "lr", arguments.plot)
    try:
        rate = suggestion(test.rates, test.losses)
    except ValueError:
        save_figure(draw_rates(test.rates, test.losses, None, choice.title), path)
        print(f"plot: {path}")
        raise
    save_figure(draw_rates(test.rates, test.losses, rate, choice.title), path)
    print(f"plot: {path}")
    print(overrides_for(dict(choice.cfg.optimizer), rate))


def overrides_for(optimizer: dict[str, object], rate: float) -> str:
    """Return overrides, on one line, that scale all rates of the optimizer's config as `lr` is scaled."""
    factor = rate / float(str(optimizer["lr"]))
    names = [name for name in optimizer if str(name) == "lr" or str(name).endswith("_lr")]
    return " ".join(f"optimizer.{name}={float(str(optimizer[name])) * factor:.2g}" for name in names)
