"""`rnnlab generate RUN`: generate text with a finished language model."""

from __future__ import annotations

import secrets
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError

SUMMARY = "text that a language model writes: drawn, steered, or in a form"
EXAMPLES = """\
examples:
  rnnlab generate last:shakespeare --prompt "Shall I compare" --temperature 0.5,0.8,1.1 --length 600 --seed 1
  rnnlab generate last --top-p 0.95 --repetition-penalty 1.1 --count 4 --output texts.jsonl
  rnnlab generate last --beam 8 --prompt "ROMEO:" --length 200
  rnnlab generate last --form sonnet
  rnnlab generate last --style hamlet
  rnnlab generate last --mix "hamlet:0.7,sonnets:0.3"
  rnnlab generate last --save-state here.npz --length 300 && rnnlab generate last --from-state here.npz

One text is shown as it is written. The same seed gives the same text, also among others. docs/generation.md
says what each setting does."""
KINDS = {"int": int, "float": float}
LETTERS = {"top-k": "K", "top-p": "P", "min-p": "P", "typical": "P", "no-repeat": "N", "beam": "K"}


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    beginning = parser.add_argument_group("what it goes on from")
    beginning.add_argument("--prompt", metavar="TEXT", help="what the text begins with (default: a new line)")
    beginning.add_argument("--input", metavar="FILE", type=Path, help="the prompt in a file; - reads it")
    help_unknown = "characters that the model does not know: an error, or read as the nearest known ones"
    beginning.add_argument("--unknown", choices=["refuse", "map"], default="refuse", help=help_unknown)
    beginning.add_argument("--from-state", metavar="FILE", type=Path, help="where --save-state stopped")
    _add_choice(parser)
    _add_what(parser)


def _add_choice(parser: ArgumentParser) -> None:
    choice = parser.add_argument_group("how each token is chosen")
    help_heat = "0 takes the likeliest; several, with commas, write with each (default: 1.0)"
    choice.add_argument("--temperature", metavar="T[,T]", default=None, help=help_heat)
    for name, kind, text in (
        ("top-k", "int", "of the K likeliest"),
        ("top-p", "float", "of the fewest that sum to P"),
        ("min-p", "float", "of those at least P times as likely as the likeliest"),
        ("typical", "float", "of the fewest that sum to P, the least surprising and the most left out"),
        ("repetition-penalty", "float", "above 1: tokens that came are less likely"),
        ("frequency-penalty", "float", "taken off a token's score each time that it came"),
        ("no-repeat", "int", "no N tokens come twice in this order"),
        ("beam", "int", "no chance: the likeliest texts that K beams find"),
    ):
        choice.add_argument(f"--{name}", metavar=LETTERS.get(name, "X"), type=KINDS[kind], help=text)
    choice.add_argument("--ban", metavar="TEXT", action="append", default=[], help="never written")
    choice.add_argument("--only", metavar="CHARACTERS", help="nothing but these is written")
    choice.add_argument("--stop", metavar="TEXT", action="append", default=[], help="the text ends before it")


def _add_what(parser: ArgumentParser) -> None:
    what = parser.add_argument_group("what is written")
    what.add_argument("--length", type=int, default=500, help="tokens, at most (default: 500)")
    what.add_argument("--count", type=int, default=1, help="texts of each temperature (default: 1)")
    what.add_argument(
        "--seed", type=int, help="the same seed gives the same texts (default: a new one, told)"
    )
    what.add_argument("--style", metavar="NAME", help="of those that the model has learned")
    what.add_argument("--mix", metavar="NAME:W,...", help="of several styles")
    what.add_argument("--form", metavar="NAME", help="sonnet, abc, ...: a poem or a tune that keeps it")
    help_quantize = "matrices of 8 bits: faster, a little less exact, other texts"
    what.add_argument("--quantize", action="store_true", help=help_quantize)
    what.add_argument("--output", metavar="FILE", type=Path, help=".jsonl, or any other file of texts")
    what.add_argument("--save-state", metavar="FILE", type=Path, help="to go on later; for one text")


def run(arguments: Namespace) -> None:
    check(arguments)
    from rnnlab.generate.request import GenerationRequest
    from rnnlab.sweep.best_run import open_run

    seed = secrets.randbelow(2**31) if arguments.seed is None else arguments.seed
    request = GenerationRequest.of(arguments, temperatures(arguments.temperature), seed)
    opened = open_run(arguments.run, arguments.outputs)
    opened.problem.require("generate", opened.folder.path)
    opened.problem.generate(opened, request)
    if arguments.seed is None and not arguments.beam:
        print(f"seed {seed}", file=sys.stderr)


def temperatures(given: str | None) -> list[float]:
    """Parse `0.5,0.8` into numbers; 1 is the default."""
    try:
        return [float(part) for part in (given or "1.0").split(",")]
    except ValueError as error:
        raise SettingError("--temperature", given, "must be a number >= 0, or several with commas") from error


def check(arguments: Namespace) -> None:
    """Raise SettingError for the first invalid option, before anything is opened."""
    for name in ("length", "count"):
        if getattr(arguments, name) < 1:
            raise SettingError(f"--{name}", getattr(arguments, name), "must be at least 1")
    if arguments.seed is not None and arguments.seed < 0:
        raise SettingError("--seed", arguments.seed, "must be at least 0")
    one_of(arguments, "prompt", "input", "from_state")
    one_of(arguments, "style", "mix")
    one_of(arguments, "form", "beam", "save_state")
    if arguments.quantize:
        for name in ("style", "mix"):
            if getattr(arguments, name) is not None:
                raise SettingError("--quantize", True, f"cannot go with {option(name)}: it has one style")
    one_of(arguments, "form", "from_state")
    if arguments.beam is not None:
        check_beam(arguments)
    several = arguments.count > 1 or "," in (arguments.temperature or "")
    for name in ("save_state", "from_state"):
        if several and getattr(arguments, name) is not None:
            raise SettingError(option(name), getattr(arguments, name), "is for one text")


def check_beam(arguments: Namespace) -> None:
    if arguments.beam < 1:
        raise SettingError("--beam", arguments.beam, "must be at least 1")
    drawn = ("temperature", "top_k", "top_p", "min_p", "typical", "repetition_penalty", "frequency_penalty")
    for name in (*drawn, "from_state"):
        if getattr(arguments, name) is not None:
            rule = "has no part in --beam, which looks for the likeliest text: leave one of them out"
            raise SettingError(option(name), getattr(arguments, name), rule)
    if arguments.count > arguments.beam:
        raise SettingError("--count", arguments.count, f"must be at most --beam {arguments.beam}")


def one_of(arguments: Namespace, *names: str) -> None:
    """Refuse two options that exclude each other."""
    given = [name for name in names if getattr(arguments, name) is not None]
    if len(given) > 1:
        raise SettingError(
            option(given[1]), getattr(arguments, given[1]), f"cannot go with {option(given[0])}"
        )


def option(name: str) -> str:
    return "--" + name.replace("_", "-")
