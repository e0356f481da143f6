"""The word map of `rnnlab embeddings --plot`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rnnlab.atomic import save_figure
from rnnlab.commands.words.nearest import Neighbour
from rnnlab.commands.words.query import Query, no_words
from rnnlab.commands.words.trained_vectors import unit
from rnnlab.commands.words.trained_words import TrainedWords
from rnnlab.errors import SettingError
from rnnlab.report.word_map import Spot, draw_map

MOST = 200  # words of a map without queried words
SHORTEST = 2  # characters of such a word


def write_map(
    words: TrainedWords, answers: list[tuple[Query, list[Neighbour]]], path: Path, quiet: bool
) -> None:
    """Draw the words and their neighbours, or the first words; print the path unless `quiet`.

    Raises:
        SettingError: the file cannot be written.
    """
    spots = list(_asked(words, answers) if answers else _first(words))
    figure = draw_map(spots, _title(words, answers, len(spots)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_figure(figure, path)
    except OSError as error:
        raise SettingError("--plot", path, f"cannot be written: {error.strerror or error}") from error
    if not quiet:
        print(f"map: {path}")


def _asked(words: TrainedWords, answers: list[tuple[Query, list[Neighbour]]]) -> Iterable[Spot]:
    """Return the queried words, then their neighbours, each once with the word that it is nearest to."""
    owners: dict[int, tuple[float, int]] = {}
    for group, (asked, found) in enumerate(answers):
        yield Spot(asked.word, unit(asked.vector), group, asked=True)
        for neighbour in found:
            owners[neighbour.id] = max(owners.get(neighbour.id, (-2.0, 0)), (neighbour.cosine, group))
    shown = {asked.ids[0] for asked, _ in answers if len(asked.ids) == 1}
    for token, (_, group) in owners.items():
        if token not in shown:
            yield Spot(words.names[token], words.units[token], group)


def _first(words: TrainedWords) -> Iterable[Spot]:
    """Return the vocabulary's first words, the most frequent ones if the tokenizer keeps words."""
    skipped, names = no_words(words.tokenizer), words.names
    chosen = [
        token
        for token, name in enumerate(names)
        if token not in skipped and len(name) >= SHORTEST and any(map(str.isalnum, name))
    ]
    chosen = chosen or [token for token in range(len(names)) if token not in skipped]
    for token in chosen[:MOST]:
        yield Spot(names[token], words.units[token])


def _title(words: TrainedWords, answers: list[tuple[Query, list[Neighbour]]], count: int) -> str:
    run = "/".join(words.folder.path.absolute().parts[-3:])
    what = "words and their neighbours" if answers else f"the vocabulary's first {count} words"
    return f"{what}: {run}"
