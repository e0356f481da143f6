"""Sentences with known tags, from a split or a file, and a run's predictions of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.bar import Bar
from rnnlab.data.file_format import Asked
from rnnlab.data.tagged_files import read_tagged
from rnnlab.data.tagged_sentence import AUTO, Sentence, TaggedFormat
from rnnlab.errors import SettingError
from rnnlab.evaluation.entities import convert, detect_scheme, split_tag
from rnnlab.kinds.rows import OPTION
from rnnlab.kinds.tagging.answer import TagAnswers, Tagged
from rnnlab.kinds.tagging.predictions import Predictions
from rnnlab.kinds.use import EvaluationRequest

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

CHUNK = 1024  # sentences that are answered at once
DEFAULTS = ("text", "label")  # of the command's options, which a file of tags takes as `auto`


class Evaluated(NamedTuple):
    """A run's predictions; `skipped` are phrases on sentences left out, `notes` sentences on the file."""

    predictions: Predictions
    skipped: Sequence[str] = ()
    notes: Sequence[str] = ()


def evaluated(run: FinishedRun, request: EvaluationRequest) -> Evaluated:
    """Predict the sentences of a split or of a file.

    Raises:
        SettingError: the run's data have changed or are missing; the file cannot be read, or its tags are
            none of the run's.
    """
    facts = run.facts
    if request.path is None:
        data = run.data()
        words = [list(row) for row in data.inputs(request.split)]
        labels = [[facts["tags"][tag] for tag in row] for row in data.targets(request.split)]
        return Evaluated(predicted(run, words, labels, request.progress))
    found = read_tagged(request.path, form_of(request), Asked(OPTION, "--"))
    labels, notes = in_scheme(found.sentences, facts, request)
    words = [sentence.words for sentence in found.sentences]
    return Evaluated(predicted(run, words, labels, request.progress), found.broken, [*found.notes, *notes])


def predicted(
    run: FinishedRun, words: list[list[str]], labels: list[list[str]], progress: bool
) -> Predictions:
    """Return the run's predictions of sentences with these words and tags."""
    answers = run.problem.answer(run, {})
    found = list(_computed(answers, words, progress))
    tags, sure = [one.tags for one in found], [one.probabilities for one in found]
    return Predictions(list(range(len(words))), words, labels, tags, sure, answers.scheme)


def _computed(answers: TagAnswers, words: list[list[str]], progress: bool) -> Iterator[Tagged]:
    with Bar(total=len(words), unit=" sentences") if progress else nullcontext() as bar:
        for start in range(0, len(words), CHUNK):
            part = words[start : start + CHUNK]
            yield from answers.compute(answers.encode(part))
            if bar is not None:
                bar.update(len(part))


def form_of(request: EvaluationRequest) -> TaggedFormat:
    """Return how the file is written, by the options of the command.

    Raises:
        SettingError: the format is that of a table.
    """
    if request.format not in (None, "jsonl", "parquet"):
        rule = "is a table: tags stand in CoNLL columns, CoNLL-U, jsonl or parquet"
        raise SettingError("--data", request.format, rule)
    token, tag = (
        AUTO if name == default else number(name)
        for name, default in zip(request.columns, DEFAULTS, strict=True)
    )
    encoding = AUTO if request.form is None else request.form.encoding
    on_error = "skip" if request.skip else "stop"
    return TaggedFormat(request.format or AUTO, token, tag, encoding=encoding, on_error=on_error)


def number(name: str) -> str | int:
    """Return the number of a column, or its name."""
    return int(name) if name.lstrip("-").isdecimal() else name


def in_scheme(
    sentences: Sequence[Sentence], facts: dict[str, Any], request: EvaluationRequest
) -> tuple[list[list[str]], list[str]]:
    """Return the tags of sentences in the run's scheme, and notes on what the run does not know.

    Raises:
        SettingError: entities where the run's tags mark none, or the reverse.
    """
    tags, scheme = [sentence.tags for sentence in sentences], facts["scheme"]
    if scheme is not None:
        own = detect_scheme(tags) or _outside(tags, request)
        tags = [convert(line, own, scheme) for line in tags]
    known = {split_tag(tag)[1] if scheme else tag for tag in facts["tags"]} | {"", "O"}
    found = {split_tag(tag)[1] if scheme else tag for line in tags for tag in line}
    unknown = sorted(found - known)
    if unknown and not found & known - {"", "O"}:
        own = ", ".join(sorted(known - {"", "O"}))[:200]
        rule = f"none of its tags ({', '.join(unknown[:5])}) are the run's: {own}"
        raise SettingError(OPTION, request.path, rule)
    named = f"the run never saw {', '.join(unknown)}, which count as missed"
    return tags, [named] if unknown else []


def _outside(tags: Sequence[Sequence[str]], request: EvaluationRequest) -> str:
    """Return a scheme for a file whose words are all O.

    Raises:
        SettingError: a word has a tag of no scheme.
    """
    plain = next((tag for line in tags for tag in line if not split_tag(tag)[0]), None)
    if plain is not None:
        rule = f"has the tag {plain!r}, and the run's tags mark entities, such as B-person"
        raise SettingError(OPTION, request.path, rule)
    return "BIO"
