"""`rnnlab batch_find OVERRIDES`: try growing batch sizes, plot them and suggest one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from rnnlab.atomic import save_figure
from rnnlab.commands.tune.batch_size import Trial, is_futile, suggestion, would_not_fit
from rnnlab.commands.tune.output import add_overrides, check_plot, checked, plot_path, trial_choice
from rnnlab.errors import SettingError, UserError

if TYPE_CHECKING:
    from rnnlab.commands.tune.config import Choice

SUMMARY = "a batch size for a training, found by doubling it until that brings no speed or no longer fits"
EXAMPLES = """\
examples:
  rnnlab batch_find task=imdb model=bilstm
  rnnlab batch_find task=shakespeare model=lstm model.hidden_size=512 --seconds 5
  rnnlab batch_find task=tweets trainer=gpu --first 64 --last 8192

OVERRIDES are those of train.py. Each size trains for some seconds. It ends where two doublings in a row bring
less than 5 % more real tokens a second, where memory ends, or at the data's last row. Suggested is the
smallest size within 5 % of the fastest: it learns most from each token. Nothing of a run is read or kept but
the plot."""


def add_options(parser: ArgumentParser) -> None:
    add_overrides(parser)
    parser.add_argument("--first", metavar="N", type=int, default=8, help="the smallest size (default: 8)")
    parser.add_argument(
        "--last", metavar="N", type=int, default=1024, help="the largest size (default: 1024)"
    )
    parser.add_argument(
        "--seconds", metavar="S", type=float, default=3.0, help="of training at each size (default: 3)"
    )


def run(arguments: Namespace) -> None:
    checked("--first", arguments.first, 1)
    checked("--last", arguments.last, arguments.first)
    if arguments.seconds <= 0:
        raise SettingError("--seconds", arguments.seconds, "must be above 0")
    check_plot(arguments.plot)
    choice = trial_choice(arguments)
    if choice.cfg.data.get("batch_tokens") is not None:
        rule = "must be null here: it decides how many rows a batch has, and data.batch_size does not"
        raise SettingError("data.batch_tokens", choice.cfg.data.batch_tokens, rule)
    from rnnlab.commands.tune.figures import draw_sizes  # late: torch takes seconds, a wrong override none

    trials, reason = search(choice, arguments.first, arguments.last, arguments.seconds)
    if not trials:
        raise UserError(f"data.batch_size={arguments.first} cannot be trained: {reason}")
    best, path = suggestion(trials), plot_path(choice, "batch", arguments.plot)
    save_figure(draw_sizes(trials, best, choice.title), path)
    for trial in trials:
        print(f"{trial.size:6d} rows: {trial.rate:10,.0f} tokens/s, {trial.memory / 2**20:8,.0f} MiB")
    print(f"stopped: {reason}")
    print(f"plot: {path}")
    print(f"data.batch_size={best}")


def search(choice: Choice, first: int, last: int, seconds: float) -> tuple[list[Trial], str]:
    """Return the trials of all sizes, and the reason why the search ended."""
    from rnnlab.bar import Bar

    sizes = [first]
    while sizes[-1] * 2 <= last:
        sizes.append(sizes[-1] * 2)
    trials: list[Trial] = []
    with Bar(sizes, "batch sizes", unit="size", stays=False) as bar:
        for size in bar:
            bar.set_postfix_str(f"{size} rows")
            reason = attempt(choice, size, seconds, trials)
            if reason:
                return trials, reason
    return trials, f"--last={last} is reached"


def attempt(choice: Choice, size: int, seconds: float, trials: list[Trial]) -> str:
    """Add the trial of a size; return the reason to stop there, or "" to go on."""
    from omegaconf import open_dict

    from rnnlab.commands.tune.pace import Pace, free_memory, is_out_of_memory, peak_memory
    from rnnlab.commands.tune.trial import fit, root_device

    pace, device = Pace(seconds), root_device(choice)
    with open_dict(choice.cfg):
        choice.cfg.data.batch_size = size
    try:
        fit(choice, pace)
    except SettingError as error:
        return str(error)  # a text too short for so many lanes
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return f"{size} rows do not fit in memory"
    if pace.rows < size:
        return f"the data have batches of at most {pace.rows} rows"
    trials.append(Trial(size, pace.rate, peak_memory(device)))
    if is_futile(trials):
        return "larger batches bring no more tokens a second"
    return "twice as many rows would not fit in memory" if would_not_fit(trials, free_memory(device)) else ""
