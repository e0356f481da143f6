"""Options of `rnnlab predict` and notebooks that a classifier reads."""

from __future__ import annotations

from collections.abc import Mapping

from rnnlab.kinds.option import Option

OPTIONS: Mapping[str, Option] = {
    "ngrams": Option(bool, "", "blend in the run's n-grams (ngrams=naive_bayes)"),
}
