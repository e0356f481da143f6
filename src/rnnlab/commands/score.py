"""`rnnlab score --predictions FILE --references FILE`: score predictions of any model, from files."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.commands.format_options import add_format, format_of
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from rnnlab.commands.scoring.inputs import Inputs

SUMMARY = "scores of predictions in a file, of any model: accuracy, F1, BLEU, chrF, ROUGE, error rates"
EXAMPLES = """\
examples:
  rnnlab score --predictions translated.txt --references test.de
  rnnlab score --predictions a.txt --references one.txt --references two.txt --metric bleu --metric chrf
  rnnlab score --predictions a.txt --references test.de --against b.txt
  rnnlab score --predictions outputs/imdb/bilstm/A/predictions.parquet
  rnnlab score --predictions table.csv --prediction-column mine --label-column truth --json

Row N of one file belongs to row N of the other. Files of lines hold a text or a label on each; tables (.csv,
.tsv, .jsonl, .parquet) hold them in a column, and one table may hold both. Columns probability_CLASS give the
log loss, Brier's score and the calibration error. References of one word, few different ones, are taken for
labels: --as says what they are. Intervals are from 1,000 bootstrap resamples of the rows."""
MOST_BOOTSTRAP = 100_000
KINDS = ("texts", "labels")


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--predictions", metavar="FILE", type=Path, required=True, help="what a model said")
    told = "what is right; several times for texts with several right answers (default: --predictions)"
    parser.add_argument("--references", metavar="FILE", type=Path, action="append", default=[], help=told)
    told = "predictions of another model for the same rows, to compare in a paired test"
    parser.add_argument("--against", metavar="FILE", type=Path, help=told)
    told = "what the rows are (default: labels if the references are few different words)"
    parser.add_argument("--as", dest="rows_are", choices=KINDS, help=told)
    told = "only this score; several times for several (default: the usual ones)"
    parser.add_argument("--metric", metavar="NAME", action="append", default=[], help=told)
    told = "of a table (default: predicted, prediction or output)"
    parser.add_argument("--prediction-column", metavar="NAME", help=told)
    told = "of a table (default: label, reference or target)"
    parser.add_argument("--label-column", metavar="NAME", help=told)
    told = "a sentence-transformers model, for the similarity in meaning"
    parser.add_argument("--sentence-model", metavar="DIR", type=Path, help=told)
    parser.add_argument("--examples", metavar="N", type=int, default=0, help="the N worst rows (default: 0)")
    told = "resamples of the rows for the intervals (default: 1000); 0 gives none"
    parser.add_argument("--bootstrap", metavar="N", type=int, default=1000, help=told)
    add_format(parser, "the files", None, rows=False)
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")


def run(arguments: Namespace) -> None:
    check(arguments)
    from rnnlab.commands.scoring.inputs import read_inputs

    inputs = read_inputs(arguments, format_of(arguments))
    kind = kind_of(arguments, inputs.look_like_labels)
    if kind == "labels" and len(inputs.references) > 1:
        rule = "is a second file: a label has one reference (--as texts takes the best of several)"
        raise SettingError("--references", arguments.references[1], rule)
    head = {
        "predictions": str(arguments.predictions),
        "references": [str(path) for path in arguments.references] or [str(arguments.predictions)],
        **({} if arguments.against is None else {"other_predictions": str(arguments.against)}),
        "rows": len(inputs.predictions),
        "rows_are": kind,
        "bootstrap": arguments.bootstrap,
    }
    if not arguments.json:
        print(title(head, arguments), flush=True)
        for note in inputs.notes:
            print(f"note: {note}")
    results, parts = scored(arguments, inputs, kind)
    if arguments.json:
        print(json.dumps({**head, **results, "notes": [*inputs.notes, *results.get("notes", ())]}))
        return
    for note in results.get("notes", ()):
        print(f"note: {note}")
    print("\n" + "\n\n".join(parts))


def scored(arguments: Namespace, inputs: Inputs, kind: str) -> tuple[dict[str, Any], list[str]]:
    """Return the results as plain values and as paragraphs."""
    resamples, examples = arguments.bootstrap, arguments.examples
    if kind == "labels":
        from rnnlab.commands.scoring.of_labels import OF_PROBABILITIES, label_results, label_tables

        wanted = [name for name in arguments.metric if name in OF_PROBABILITIES]
        if wanted and inputs.probabilities is None:
            rule = f"needs columns probability_CLASS in {arguments.predictions}"
            raise SettingError("--metric", wanted[0], rule)
        results = label_results(inputs, resamples, examples)
        return results, label_tables(results, arguments.metric)
    from rnnlab.commands.scoring.of_texts import text_results, text_tables

    results = text_results(inputs, arguments.metric, arguments.sentence_model, resamples, examples)
    return results, text_tables(results)


def check(arguments: Namespace) -> None:
    """Raise SettingError for options with wrong values, before a file is read."""
    from rnnlab.run.config.options import check_readable

    if not 0 <= arguments.bootstrap <= MOST_BOOTSTRAP:
        raise SettingError("--bootstrap", arguments.bootstrap, f"must be in [0, {MOST_BOOTSTRAP:,}]")
    files = [("--predictions", arguments.predictions), ("--against", arguments.against)]
    for option, path in (*files, *(("--references", path) for path in arguments.references)):
        if path is not None and str(path) != "-":
            check_readable(option, path)
    if arguments.metric:
        from rnnlab.commands.scoring.of_labels import SCALES
        from rnnlab.commands.scoring.of_texts import TEXT_SCORES

        for name in arguments.metric:
            if name not in TEXT_SCORES and name not in SCALES:
                raise SettingError("--metric", name, "there is no such score", names=[*TEXT_SCORES, *SCALES])


def kind_of(arguments: Namespace, like_labels: bool) -> str:
    """Return `texts` or `labels`: as typed, or by the scores that are asked for, or by the references.

    Raises:
        SettingError: scores of both are asked for, or those of the other one.
    """
    from rnnlab.commands.scoring.of_labels import SCALES

    asked = ["labels" if name in SCALES else "texts" for name in arguments.metric]
    kind = str(arguments.rows_are or (asked[0] if asked else "labels" if like_labels else "texts"))
    for name, its in zip(arguments.metric, asked, strict=True):
        if its != kind:
            raise SettingError("--metric", name, f"is a score of {its}, and the rows are {kind} here")
    return kind


def title(head: dict[str, Any], arguments: Namespace) -> str:
    """Return the first lines of the output: what is scored, and how the rows are read."""
    other = "texts" if head["rows_are"] == "labels" else "labels"
    how = "" if arguments.rows_are or arguments.metric else f" (--as {other} takes them for {other})"
    said = f"{head['rows']:,} {head['rows_are']}{how}, against {' and '.join(head['references'])}"
    if arguments.against is None:
        return f"{head['predictions']}: {said}"
    return f"A  {head['predictions']}\nB  {head['other_predictions']}\n{said}"
