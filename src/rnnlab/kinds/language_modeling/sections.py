"""A language model's sections of a run's page: both protocols, and samples."""

from __future__ import annotations

from collections.abc import Iterator

from rnnlab.report.limited import part_of, part_of_metric
from rnnlab.report.names import tested, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import number
from rnnlab.report.page.parts import Markup, Section
from rnnlab.report.page.writing import language_scores, samples

CARDS = {
    "bits_stream": "bits a token, one stream",
    "perplexity_stream": "perplexity, one stream",
    "bits_windows": "bits a token, windows",
}


def cards(files: RunFiles) -> Iterator[tuple[str, str, str]]:
    """Yield the main figures."""
    for name, said in CARDS.items():
        metric = f"{tested_prefix(files.result)}{name}"
        if metric in files.metrics:
            part = part_of_metric(files.result, metric)
            yield said, number(files.metrics[metric]), tested(files.result) + (f", {part}" if part else "")


def sections(files: RunFiles) -> list[Section]:
    """Return the test and the samples."""
    split = tested(files.result)
    tables, part = language_scores(files.metrics, split), part_of(files.result, split)
    return [
        Section("language", split.capitalize(), [Markup(tables)], f"windows: {part}" if part else ""),
        Section("samples", "Samples", [Markup(samples(files))], "written by the best checkpoint"),
    ]
