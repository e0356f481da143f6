"""Evaluation of a finished run on pairs: measures with intervals, and the same by groups of rows. N rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.bar import Bar
from rnnlab.errors import SettingError
from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.sequence.meaning import train_vectors
from rnnlab.evaluation.sequence.measures import scores, signatures
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.evaluation.sequence.resample import sequence_intervals
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.rows import OPTION
from rnnlab.kinds.text_to_text.answer import TextToTextAnswers
from rnnlab.kinds.text_to_text.by_group import groups_of, tables_of
from rnnlab.kinds.text_to_text.comparison import measures_of
from rnnlab.kinds.text_to_text.margins import margins
from rnnlab.kinds.text_to_text.saved import read_predictions
from rnnlab.kinds.text_to_text.texts import SIMILARITY, Texts, statistics_of, with_similarity
from rnnlab.kinds.use import Evaluation, EvaluationRequest, beside, head
from rnnlab.report.names import tested
from rnnlab.report.tables import number, render
from rnnlab.tokenizer.unread import summary

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

CHUNK = 512  # rows that are answered at once


class Rows(NamedTuple):
    """Rows to measure, with their outputs.

    Attributes:
        source: where they are from, in words.
        skipped: number and problem of rows that were left out. unread: those without a known token.
        notes: sentences on the file.
    """

    texts: Texts
    source: str
    skipped: tuple[tuple[int, str], ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a split of the run's data, or a file of pairs.

    Raises:
        SettingError: the data have changed since, or the file cannot be read.
    """
    rows = split_rows(run, request) if request.path is None else file_rows(run, request)
    names, rows = list(measures_of(run)), with_vectors(run, rows)
    texts = rows.texts
    found = statistics_of(names, texts)
    values = scores(found)
    intervals = sequence_intervals(found, request.resamples) if request.resamples else {}
    results = {
        **head(run, rows.source),
        "rows": len(rows.texts.rows),
        "skipped": [{"row": row, "problem": problem} for row, problem in rows.skipped],
        "unread": [{"row": row, "note": note} for row, note in rows.unread],
        "notes": list(rows.notes),
        "bootstrap": request.resamples,
        "metrics": {name: plain(value, intervals.get(name)) for name, value in values.items()},
        "signatures": signatures(found),
        "baselines": request.baselines,
        "margins": above(margins(found, texts, run.result.get("baselines") or {}, request.resamples)),
        "by": groups_of(run, Written(*texts[1:4]), found, request.resamples),
    }
    return Evaluation(results, text_of(results))


def above(found: tuple[str, dict[str, Difference]] | None) -> dict[str, Any]:
    """Return the differences from a baseline as plain values; empty without one."""
    if found is None:
        return {}
    each = {name: {**one.interval._asdict(), "p": one.p_value} for name, one in found[1].items()}
    return {"baseline": found[0], "metrics": each}


def plain(value: float, interval: Interval | None) -> dict[str, float]:
    """Return a score and, where it has one, its interval."""
    return {"value": value, **({} if interval is None else {"low": interval.low, "high": interval.high})}


def split_rows(run: FinishedRun, request: EvaluationRequest) -> Rows:
    """Return a split of the run's own data: as the run wrote it, where it was tested on the whole split."""
    split = request.split
    if split == tested(run.result):
        left = read_predictions(run.folder.predictions)
        count = ((run.result.get("data") or {}).get("rows") or {}).get(split)
        if left is not None and len(left.rows) == count:
            return Rows(left, f"{split} split, as the run wrote it")
    data = run.data()
    sources, references = list(data.inputs(split)), list(data.targets(split))
    return answered(run, sources, references, f"{split} split", request.progress)


def file_rows(run: FinishedRun, request: EvaluationRequest) -> Rows:
    """Return the pairs of a file, or of two parallel files."""
    from rnnlab.data.file_format import Asked, Format
    from rnnlab.data.pair_settings import PairSpec
    from rnnlab.data.pair_table import read_pairs

    files = [path for path in (request.path, request.target_path) if path is not None]
    spec = PairSpec(
        *request.columns, form=request.form or Format(), on_error="skip" if request.skip else "stop"
    )
    found = read_pairs(files, spec, Asked(OPTION, "--", ("text_column", "label_column")))
    rows = answered(run, found.sources, found.targets, request.source, request.progress)
    skipped = tuple((row.number, row.problem) for row in found.broken)
    texts = rows.texts._replace(rows=found.rows)
    return rows._replace(texts=texts, skipped=skipped, notes=found.notes)


def with_vectors(run: FinishedRun, rows: Rows) -> Rows:
    """Add the similarity to the references, where the run measures it and its train texts are here."""
    if rows.texts.similarity:
        return rows
    try:
        texts = with_similarity(
            rows.texts, measures_of(run), lambda: train_vectors(run.data().targets("train"))
        )
    except SettingError as error:
        return rows._replace(notes=(*rows.notes, f"{SIMILARITY} is left out: {error.rule}"))
    return rows._replace(texts=texts)


def answered(
    run: FinishedRun, sources: Sequence[str], references: Sequence[str], source: str, progress: bool
) -> Rows:
    """Write the outputs of N sources, as the run's test was written."""
    answerer, found = TextToTextAnswers.of_run(run, {}), []
    with Bar(total=len(sources), unit=" rows") if progress else nullcontext() as bar:
        for start in range(0, len(sources), CHUNK):
            found += answerer(sources[start : start + CHUNK])
            if bar is not None:
                bar.update(len(sources[start : start + CHUNK]))
    outputs, marks = [one["predicted"] for one in found], [one["score"] for one in found]
    numbers = list(range(1, len(found) + 1))
    texts = Texts(numbers, list(sources), list(references), outputs, marks)
    unread = tuple((number, one["note"]) for number, one in zip(numbers, found, strict=True) if one["note"])
    return Rows(texts, source, unread=unread)


def text_of(results: Mapping[str, Any]) -> str:
    """Format the results as text."""
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} rows"
    if results["skipped"]:
        first, count = results["skipped"][0], len(results["skipped"])
        title += f"; {count:,} left out, the first is row {first['row']}, which {first['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    if results["unread"]:
        title += f"\n{summary([(one['row'], one['note']) for one in results['unread']])}"
    baselines, lines = results["baselines"], []
    for name, one in results["metrics"].items():
        ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
        lines.append([name, number(one["value"]), ends, *beside(baselines, name)])
    table = render(["score", "value", "95 % interval", *baselines], lines)
    margin = results["margins"]
    if margin:
        head = [f"run minus {margin['baseline']}, paired", "difference", "95 % interval", "p"]
        table += "\n\n" + render(head, [_margin(name, one) for name, one in margin["metrics"].items()])
    signed = [f"{name}: {signature}" for name, signature in results["signatures"].items()]
    parts = [title, table, "\n".join(signed), *tables_of(results["by"])]
    return "\n\n".join(part for part in parts if part)


def _margin(name: str, one: Mapping[str, float]) -> list[str]:
    return [name, f"{one['value']:+.4f}", f"{one['low']:+.4f} to {one['high']:+.4f}", f"{one['p']:.4f}"]
