"""Measure whether a styled model writes in the requested style and predicts each text best in its own.

    python scripts/measure_styles.py last:styles
    python scripts/measure_styles.py RUN --count 200 --temperature 0.8 --output styles.json
    python scripts/measure_styles.py RUN --no-speakers --no-mixtures

A classifier trained on the training parts of the texts predicts the style of passages of 300 characters:
first of the held-out parts, then of the model's passages in each style and in mixtures of two. Then comes the
loss of each text's test part, read in each style. With --no-speakers, lines with a speaker's name are removed
from all passages, so that no name reveals a play.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rnnlab.data.batch import Window
from rnnlab.errors import SettingError, UserError
from rnnlab.evaluation.quality.style import LENGTH, StyleClassifier, StyleScore, passages
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.fused import engine_of
from rnnlab.generate.write import write
from rnnlab.kinds.language_modeling.mix import styles_of
from rnnlab.kinds.language_modeling.styles import OfStyles
from rnnlab.kinds.language_modeling.token_loss import real_targets
from rnnlab.report.tables import render
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.sweep.best_run import open_run

MIXES = (1.0, 0.75, 0.5, 0.25, 0.0)
HELD_OUT = ("validation", "test")
SPEAKER = re.compile(r"(?m)^[A-Z][^a-z\n]*:\n")


def parts(run: OpenRun, data: Any, split: str, chosen: argparse.Namespace) -> dict[str, str]:
    """Return the text of a split by style."""
    encoded = data.encoded(split)
    cuts = pairwise(encoded.offsets.tolist())
    texts = [run.tokenizer.decode(encoded.ids[start:end].tolist()) for start, end in cuts]
    return dict(zip(styles_of(run), (judged(text, chosen) for text in texts), strict=True))


def judged(text: str, chosen: argparse.Namespace) -> str:
    """Return the part of a text that the classifier sees."""
    return SPEAKER.sub("", text) if chosen.no_speakers else text


def written(run: OpenRun, weights: np.ndarray, chosen: argparse.Namespace) -> list[str]:
    """Return passages of 300 characters that the model writes in a mixture of styles, after an empty line."""
    engine, decoding = engine_of(run.network, weights), Decoding(temperature=chosen.temperature)
    length = 2 * LENGTH if chosen.no_speakers else LENGTH
    texts = write(engine, run.tokenizer, ["\n"] * chosen.count, length, decoding, chosen.seed)
    return [judged(text.text[1:], chosen)[:LENGTH] for text in texts]


@torch.inference_mode()
def losses(run: OpenRun, data: Any) -> dict[str, dict[str, float]]:
    """Return nats per token of each text's test part in windows, read in each style and in their mean."""
    styles: list[list[float] | None] = [*np.eye(len(styles_of(run))).tolist(), None]
    found = {}
    for name, weights in zip([*styles_of(run), "mean of all"], styles, strict=True):
        nats = OfStyles(styles_of(run))
        for batch in data.splits()["test"]:
            add(run, batch, weights, nats)
        found[name] = {key.rpartition("windows_")[2]: value for key, value in nats.metrics("windows").items()}
    return found


def add(run: OpenRun, batch: Window, weights: list[float] | None, nats: OfStyles) -> None:
    style = None if weights is None else torch.tensor([weights]).expand(len(batch.tokens), -1)
    logits = run.network(batch.tokens, style=style).logits
    nats.add(logits, real_targets(batch.targets, batch.lengths), batch.styles)


def mixtures(run: OpenRun, classifier: StyleClassifier, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Return, for mixtures of each pair of styles, the fraction of passages classified as each style."""
    rows = []
    for first, second in combinations(range(len(styles_of(run))), 2):
        for share in MIXES:
            weights = np.zeros(len(styles_of(run)))
            weights[[first, second]] = share, 1 - share
            named = classifier.predict(written(run, weights, chosen))
            mix = f"{styles_of(run)[first]}:{share:g},{styles_of(run)[second]}:{1 - share:g}"
            rows.append({"mix": mix, **{name: named.count(name) / len(named) for name in styles_of(run)}})
    return rows


def scored(title: str, score: StyleScore, names: tuple[str, ...]) -> str:
    """Return a confusion table under a line with the accuracy."""
    low, high = score.interval
    line = f"{title}: {score.accuracy:.1%} named right (95 % interval {low:.1%} to {high:.1%})"
    rows = [[name, *map(str, counts)] for name, counts in zip(names, score.counts.tolist(), strict=True)]
    table = render(["written, then named", *names], rows)
    return f"{line}\n\n{table}\n"


def shares(header: str, rows: list[list[Any]], names: tuple[str, ...], form: str) -> str:
    return render([header, *names], [[str(row[0]), *(format(v, form) for v in row[1:])] for row in rows])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", metavar="RUN", help="a finished run with styles")
    parser.add_argument("--outputs", type=Path, default=Path("outputs"), help="where runs are looked for")
    parser.add_argument("--count", type=int, default=100, help="passages of each style (default: 100)")
    parser.add_argument("--temperature", type=float, default=0.8, help="default: 0.8")
    parser.add_argument("--seed", type=int, default=1, help="default: 1")
    parser.add_argument("--no-speakers", action="store_true", help="take lines that name a speaker out")
    parser.add_argument("--no-mixtures", action="store_true", help="leave the mixtures of two out")
    parser.add_argument("--output", type=Path, metavar="FILE", help="all numbers as JSON")
    try:
        measure(parser.parse_args())
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def measure(chosen: argparse.Namespace) -> None:
    run = open_run(chosen.run, chosen.outputs)
    names = styles_of(run)
    if not names:
        raise SettingError("RUN", chosen.run, "has learned no styles: train with model.style_size=16")
    data = run.data()
    classifier = StyleClassifier(parts(run, data, "train", chosen))
    held: dict[str, list[str]] = {name: [] for name in names}
    for split in HELD_OUT if not same(data) else HELD_OUT[:1]:
        for name, text in parts(run, data, split, chosen).items():
            held[name] += passages(text)
    human = classifier.score(held)
    print(scored("held-out human passages", human, names))
    styles = zip(names, np.eye(len(names)), strict=True)
    model = classifier.score({name: written(run, weights, chosen) for name, weights in styles})
    print(scored(f"generated passages at temperature {chosen.temperature:g}", model, names))
    read = losses(run, data)
    table = [[style, *(row[name] for name in names)] for style, row in read.items()]
    print(f"nats a token of each text's test part\n\n{shares('read as', table, names, '.4f')}\n")
    mixed = [] if chosen.no_mixtures else mixtures(run, classifier, chosen)
    if mixed:
        print(f"share named\n\n{shares('mixture', [list(row.values()) for row in mixed], names, '.0%')}")
    if chosen.output is not None:
        results = {"human": plain(human), "generated": plain(model), "nats": read, "mixtures": mixed}
        chosen.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def same(data: Any) -> bool:
    """Return whether the validation texts and the test texts are the same."""
    first, second = (data.encoded(split).ids for split in HELD_OUT)
    return np.array_equal(first, second)


def plain(score: StyleScore) -> dict[str, Any]:
    return {**score._asdict(), "counts": score.counts.tolist()}


if __name__ == "__main__":
    sys.exit(main())
