"""Choices of train.py for each kind: its default task, and data that are made in the shape of the task's own.

Words are drawn as often as Zipf's law says, so that vocabularies and padding are like those of real text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

WORDS = 40_000
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
TYPES = ("person", "place", "group")


class Amount(NamedTuple):
    """rows: of a table or points of a series; length: median words of a row; words: different ones."""

    rows: int
    length: int
    words: int = WORDS

    def few(self) -> Amount:
        return Amount(min(self.rows, 300), min(self.length, 6), 50)


def spelled(number: int) -> str:
    """Return a word of syllables for each number, a different one."""
    word = ""
    while True:
        number, place = divmod(number, len(SYLLABLES))
        word += SYLLABLES[place]
        if not number:
            return word
        number -= 1


def texts(amount: Amount, seed: int = 0) -> list[list[str]]:
    """Return rows of words, their lengths log-normal."""
    rng = np.random.default_rng(seed)
    words = [spelled(number) for number in range(amount.words)]
    weight = 1.0 / np.arange(1, amount.words + 1)
    lengths = np.maximum(1, rng.lognormal(np.log(amount.length), 0.6, amount.rows)).astype(int)
    drawn = rng.choice(amount.words, size=int(lengths.sum()), p=weight / weight.sum())
    parts = np.split(drawn, np.cumsum(lengths)[:-1])
    return [[words[place] for place in part] for part in parts]


def write_table(path: Path, heading: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def labelled(label: Callable[[int], object]) -> Callable[[Path, Amount], list[str]]:
    """Return what makes a table of texts whose labels are those of their rows' numbers."""

    def make(folder: Path, amount: Amount) -> list[str]:
        path = folder / "texts.csv"
        rows = [[" ".join(words), label(row)] for row, words in enumerate(texts(amount))]
        write_table(path, ["text", "label"], rows)
        return ["data=csv", f"data.files.train='{path}'"]

    return make


def running(folder: Path, amount: Amount) -> list[str]:
    """Make running text, a sentence a line."""
    path = folder / "text.txt"
    path.write_text("\n".join(" ".join(words) + "." for words in texts(amount)) + "\n", encoding="utf-8")
    return ["data=textfile", f"data.files.train='{path}'"]


def tagged(folder: Path, amount: Amount) -> list[str]:
    """Make sentences in which one word of eight is an entity."""
    path = folder / "tagged.conll"
    with path.open("w", encoding="utf-8") as file:
        for row, words in enumerate(texts(amount)):
            for place, word in enumerate(words):
                tag = f"B-{TYPES[(row + place) % len(TYPES)]}" if (row + place) % 8 == 0 else "O"
                file.write(f"{word} {tag}\n")
            file.write("\n")
    return ["data=tagged", f"data.files.train='{path}'"]


def pairs(folder: Path, amount: Amount) -> list[str]:
    """Make pairs whose targets are their sources, turned around."""
    path = folder / "pairs.csv"
    rows = [[" ".join(words), " ".join(words[::-1])] for words in texts(amount)]
    write_table(path, ["source", "target"], rows)
    return ["data=pairs", f"data.files.train='{path}'"]


def series(columns: Sequence[str], *choices: str) -> Callable[[Path, Amount], list[str]]:
    """Return what makes one series of hours with the columns, days and weeks in each."""

    def make(folder: Path, amount: Amount) -> list[str]:
        path, hours = folder / "series.csv", np.arange(amount.rows)
        noise = np.random.default_rng(0).normal(0, 0.1, (len(columns), amount.rows))
        values = [np.sin(hours * 2 * np.pi / (24 * (1 + n))) + own for n, own in enumerate(noise)]
        times = np.datetime64("2016-01-01T00", "h") + hours
        rows = [
            [str(time), *(f"{v:.4f}" for v in point)] for time, *point in zip(times, *values, strict=True)
        ]
        write_table(path, ["time", *columns], rows)
        return ["data=series", f"data.path='{path}'", "data.time=time", *choices]

    return make


class Example(NamedTuple):
    """A kind's task, the amount of data that are made, and what makes them and returns their choices."""

    task: str
    amount: Amount
    make: Callable[[Path, Amount], list[str]]


FORECAST = ("data.target=value", "data.known=[warmth,holiday]", "data.input_length=168", "data.horizon=24")
EXAMPLES: dict[str, Example] = {
    "classification": Example("imdb", Amount(3_000, 180), labelled(lambda row: ("no", "yes")[row % 2])),
    "multi_label": Example(
        "multi_label", Amount(3_000, 180), labelled(lambda row: "a;b;c;d;e;f"[: 1 + row % 6 * 2])
    ),
    "regression": Example("regression", Amount(3_000, 180), labelled(lambda row: 0.5 + row % 9)),
    "language_modeling": Example("shakespeare", Amount(20_000, 8), running),
    "tagging": Example("tagging", Amount(3_000, 16), tagged),
    "text_to_text": Example("text_to_text", Amount(6_000, 12), pairs),
    "forecasting": Example("forecast", Amount(20_000, 1), series(("value", "warmth", "holiday"), *FORECAST)),
    "anomaly": Example("anomaly", Amount(20_000, 1), series(("value",), "data.calendar=none")),
    "probing": Example("probe", Amount(0, 0), lambda folder, amount: []),
}


def choices(kind: str, folder: Path, own: bool, quick: bool) -> list[str]:
    """Return the choices of train.py for a kind's default task.

    Args:
        folder: an empty one, for data that are made.
        own: the task's own data, from the data folder, the hub or a package, as train.py finds them.
        quick: little data and a tiny network.
    """
    example = EXAMPLES[kind]
    chosen = [f"task={example.task}"]
    if not own:
        chosen += example.make(folder, example.amount.few() if quick else example.amount)
    if quick:
        chosen += ["model.hidden_size=8", "model.embedding_size=8"]
    return chosen
