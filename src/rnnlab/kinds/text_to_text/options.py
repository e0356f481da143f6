"""Options of `rnnlab predict` and notebooks that text to text reads: how an output is searched or drawn."""

from __future__ import annotations

from collections.abc import Mapping

from rnnlab.kinds.option import Option

SAMPLED = "with --temperature"
OPTIONS: Mapping[str, Option] = {
    "beam": Option(int, "N", "hypotheses kept while an output is written (default: as the run was tested)"),
    "nbest": Option(int, "N", "outputs of each text, best first (default: 1)"),
    "length_penalty": Option(str, "NAME", "none, average or gnmt, which ranks the hypotheses of a beam"),
    "alpha": Option(float, "NUMBER", "strength of the length penalty"),
    "coverage_penalty": Option(float, "NUMBER", "weight of source words that got no attention"),
    "no_repeat": Option(int, "N", "size of the n-grams that may not occur twice; 0 allows all"),
    "max_ratio": Option(float, "NUMBER", "longest output, in tokens a source token"),
    "max_extra": Option(int, "N", "tokens that an output may have beyond that"),
    "min_length": Option(int, "N", "shortest output, in tokens"),
    "temperature": Option(float, "NUMBER", "above 0 draws outputs at random instead of searching"),
    "top_k": Option(int, "N", f"{SAMPLED}: draw from the N most probable tokens"),
    "top_p": Option(float, "P", f"{SAMPLED}: draw from the fewest tokens that hold this probability"),
    "min_p": Option(float, "P", f"{SAMPLED}: draw from tokens of at least P times the highest probability"),
    "typical": Option(float, "P", f"{SAMPLED}: draw from the most typical tokens that hold this probability"),
    "replace_unknown": Option(bool, "", "write the most attended source word for an unknown one"),
    "seed": Option(int, "N", f"{SAMPLED} (default: 0)"),
}
"""Their values are checked by `rnnlab.generate.sequence.settings`, which have the same names."""
