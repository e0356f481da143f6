"""Wrong command lines, drawn from the settings' own ranges and types: refused in two lines, or right.

`make test` draws 200 of them, `make test-all` 2,000: RNNLAB_FUZZ is how many, RNNLAB_FUZZ_SEED draws others.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from functools import cache
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import MISSING, DictConfig

from rnnlab.kinds import classification, language_modeling
from rnnlab.rule import Number
from rnnlab.run.config.check import leaves
from rnnlab.run.config.rules import rule_for
from rnnlab.sweep.command import read_line

CONFIG_DIR = Path(__file__).parents[1] / "conf"
EXAMPLES = int(os.environ.get("RNNLAB_FUZZ", "200"))
SEED = int(os.environ.get("RNNLAB_FUZZ_SEED", "0"))
PARTS = 20  # tests that the examples are divided among, so that several processes can share them
GROUPS = (
    *("data", "text", "tokenizer", "embedding", "augment", "objective", "model", "optimizer", "scheduler"),
    *("trainer", "callback", "logger", "ngrams", "pretraining", "task", "paths"),
)
IMDB = "task=imdb"
CLASSIFY, WRITE = (IMDB, "data=synthetic"), ("task=shakespeare", "data=synthetic_brackets")
BASES = [
    (IMDB,),
    CLASSIFY,
    WRITE,
    ("task=tweets", "augment=strong"),
    (*CLASSIFY, "model=gru_attention", "scheduler=one_cycle", "optimizer=sgd"),
    (*CLASSIFY, "model=lstm_self_attention", "scheduler=slanted_triangular", "callback=early_stopping"),
    (*CLASSIFY, "tokenizer=sentence", "model=hierarchical", "callback=swa", "logger=wandb"),
    (*CLASSIFY, "embedding=fasttext", "ngrams=naive_bayes", "optimizer=rmsprop", "tokenizer=bpe"),
    (IMDB, "pretraining=regions", "objective=adversarial", "model=lstm", "scheduler=step"),
    (*CLASSIFY, "callback=ema", "debug=fast", "scheduler=trapezoid", "embedding=word2vec_cbow"),
    (*WRITE, "callback=nt_asgd", "optimizer=muon", "model=sha_lstm", "scheduler=plateau"),
    (*WRITE, "model=awd_lstm", "optimizer=adam", "logger=tensorboard"),
    ("task=shakespeare", "data=shakespeare_styles", "model.style_size=4"),
    ("task=language_modeling", "data=imdb_text", "tokenizer=word", "model=lstm"),
]
ODD = (
    *("nan", "inf", "-inf", "1e400", "-1", "-0.5", "0", "0.5", "1", "1.5", "2", "1e300", "1e-300"),
    *("99999999999999999999", "-99999999999999999999", "9223372036854775808", "true", "false", "null"),
    *("''", "abc", "'3'", "[]", "[1]", "[abc,abc]", "[nan]", "[null]", "[[1]]", "[0.5,inf]", "{}", "{a:1}"),
    *("a/b", "../..", "'a b'", '"a\'b"', "ü", "???"),
)
BROKEN = ("'", '"', "[1", "{a:1", "(", "]", "}", "a:b:{", "'a", "[a,,b", "interval(1", "choice(")
OWN = {**classification.KIND.rules, **language_modeling.KIND.rules}


NAMED = ("callback", "logger")  # groups of parts with names of their own


class Line(NamedTuple):
    """A command line, the setting that is wrong in it, and whether no rule can make it right."""

    argv: list[str]
    key: str
    hopeless: bool


@cache
def base_config(base: tuple[str, ...]) -> tuple[DictConfig, list[tuple[str, Any]]]:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=list(base))
    found = [(key, value) for key, value in leaves(cfg) if value != MISSING]
    return cfg, [*found, *((f"paths.{name}", None) for name in ("data_dir", "cache_dir", "output_dir"))]


def parents(key: str) -> Iterator[str]:
    parts = key.split(".")
    yield from (".".join(parts[:place]) for place in range(1, len(parts)))


def misspelt(key: str, draw: Random) -> str:
    place = draw.randrange(len(key.rpartition(".")[2])) + len(key) - len(key.rpartition(".")[2])
    return key[:place] + "q" + key[place + draw.randint(0, 1) :]


def around(key: str) -> list[str]:
    """Values just outside of a range."""
    rule = rule_for(key, OWN)
    if not isinstance(rule, Number):
        return []
    ends = [] if rule.low is None else [rule.low, rule.low - 1]
    ends += [] if rule.high is None else [rule.high, rule.high + 1, rule.high * 10]
    return [repr(int(end) if rule.whole else float(end)) for end in ends]


def wrong_value(key: str, draw: Random) -> str:
    return draw.choice([*ODD, *around(key)] if draw.random() < 0.7 else around(key) or list(ODD))


def drawn(draw: Random) -> Line:
    """A line that differs in one word from one that is right."""
    base = draw.choice(BASES)
    _, settings = base_config(base)
    key = draw.choice(settings)[0]
    kind = draw.choices(
        ["value", "sweep", "node", "syntax", "interpolation", "key", "added", "removed", "choice", "choices"],
        [50, 6, 5, 8, 3, 8, 8, 2, 5, 5],
    )[0]
    if kind in ("value", "sweep"):
        value = wrong_value(key, draw)
        if kind == "sweep" and not key.startswith("paths."):
            return Line(["-m", *base, f"{key}={value},{value}"], key, False)
        return Line([*base, f"{key}={value}"], key, False)
    if kind == "node":
        node = draw.choice(list(parents(key)) or ["model"])
        return Line([*base, f"{node}={draw.choice(('3', '[]', 'true'))}"], node, True)
    if kind == "syntax":
        return Line([*base, f"{key}={draw.choice(BROKEN)}"], key, True)
    if kind == "interpolation":
        return Line([*base, f"{key}=${{{misspelt(key, draw)}}}"], key, True)
    if kind == "key":
        return Line([*base, f"{misspelt(key, draw)}=1"], key, True)
    if kind == "added":
        above = draw.choice([name for name in parents(key) if name not in NAMED] or ["model"])
        return Line([*base, f"{draw.choice(['+', '++'])}{above}.qqq={draw.choice(ODD)}"], key, True)
    if kind == "removed":
        return Line([*base, f"~{key}"], key, True)
    group = draw.choice([name for name in GROUPS if name not in NAMED])
    names = [path.stem for path in (CONFIG_DIR / group).glob("*.yaml")] * 2
    if kind == "choices":
        pair = ",".join(sorted(names)[:2])
        return Line([*base, f"{group}={draw.choice((pair, f'[{pair}]'))}"], group, True)
    wrong = draw.choice(("null", "3", "''", "true", "{}", "[]", misspelt(draw.choice(names), draw) + "q"))
    return Line([*base, f"{group}={wrong}"], group, True)


def outcome(argv: list[str]) -> str | None:
    """What is printed for a line that is refused; None for one that is accepted."""
    printed = io.StringIO()
    with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
        try:
            read_line(argv, CONFIG_DIR)
        except SystemExit as stop:
            return printed.getvalue() if stop.code == 2 else f"code {stop.code}"
    return None


def is_right(line: Line) -> bool:
    """Whether the setting's own rule allows what was typed; the cleaner says what its steps may be."""
    override = OverridesParser.create().parse_override(line.argv[-1])
    several = override.is_sweep_override()
    values = list(override.sweep_iterator()) if several else [override.value()]
    rule = rule_for(line.key, OWN)
    if line.key.startswith("text.steps."):
        return all(isinstance(value, bool | str) for value in values)
    return rule is not None and all(rule.allows(value) and is_finite(value) for value in values)


def is_finite(value: Any) -> bool:
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else []
    return all(map(is_finite, inner)) and (not isinstance(value, float) or isfinite(value))


def wrong_with(line: Line) -> str | None:
    """What this project promises and the answer to a line breaks; None where it is kept."""
    try:
        printed = outcome(line.argv)
    except Exception as error:
        return f"ended in {type(error).__name__}: {error}"
    if printed is None:
        return "was accepted" if line.hopeless or not is_right(line) else None
    lines = printed.strip().splitlines()
    if not printed.startswith("error: ") or len(lines) > 2 or "Traceback" in printed:
        return f"was answered in {len(lines)} lines: {printed}"
    return None


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder of its own, whose outputs and cache are drawn away from it by some of the lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("fuzz"))
        yield


@pytest.mark.parametrize("base", BASES, ids=" ".join)
def test_the_lines_that_are_made_wrong_are_right_before(base):
    assert outcome(list(base)) is None


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_wrong_line_is_accepted_or_ends_in_a_traceback(part):
    draw = Random(SEED * PARTS + part)
    lines = [drawn(draw) for _ in range(EXAMPLES // PARTS)]
    found = {" ".join(["python train.py", *line.argv]): wrong_with(line) for line in lines}
    assert {typed: wrong for typed, wrong in found.items() if wrong is not None} == {}


def test_the_fuzzer_knows_what_is_accepted_and_what_ends_in_a_traceback(monkeypatch):
    assert (
        wrong_with(Line([IMDB, "data=synthetic", "optimizer.lr=0.1"], "optimizer.lr", True)) == "was accepted"
    )
    assert wrong_with(Line([IMDB, "data=synthetic", "optimizer.lr=0.1"], "optimizer.lr", False)) is None
    assert wrong_with(Line([IMDB, "data=synthetic", "optimizer.lr=inf"], "optimizer.lr", False)) is None
    assert not is_right(Line(["optimizer.lr=[inf]"], "optimizer.lr", False))
    monkeypatch.setattr("rnnlab.run.train.command.check_setting", lambda cfg: 1 / 0)
    assert "ended in ZeroDivisionError" in str(wrong_with(Line([IMDB, "data=synthetic"], "data", True)))
