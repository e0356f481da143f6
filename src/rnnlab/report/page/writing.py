"""Texts that a language model wrote, and its prediction scores."""

from __future__ import annotations

import re

from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import fold, number, table, text

PROTOCOLS = {
    "windows": "windows, each from an empty state",
    "stream": "one stream",
    "dynamic": "learning as it reads",
}
MEASURES = {"nats": "nats", "bits": "bits", "perplexity": "perplexity", "accuracy": "accuracy"}


def samples(run: RunFiles) -> str:
    """Return the texts of samples.txt, the first one unfolded."""
    parts = re.split(r"^--- (.+) ---$", run.samples, flags=re.MULTILINE)
    if len(parts) < 3:
        return f"<pre class='sample'>{text(run.samples)}</pre>" if run.samples.strip() else ""
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    folds = [
        fold(name, f'<pre class="sample">{text(body.strip())}</pre>', index == 0)
        for index, (name, body) in enumerate(pairs)
    ]
    return "".join(folds)


def language_scores(metrics: dict[str, float], split: str = "test") -> str:
    """Return a table, a row a protocol: nats and bits a token, perplexity, accuracy; empty for a
    classifier."""
    rows = []
    for protocol, name in PROTOCOLS.items():
        prefix = "test/" if split == "test" else "val/"
        cells = [metrics.get(f"{prefix}{measure}_{protocol}") for measure in MEASURES]
        if cells[0] is not None:
            rows.append([text(name), *(number(value) for value in cells)])
    return (
        table([f"{split} text read in", *MEASURES.values()], rows, f"Per token of the {split} text")
        if rows
        else ""
    )
