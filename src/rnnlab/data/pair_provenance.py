"""The record of pairs of texts for result.json: source, counts and pairs left out."""

from __future__ import annotations

from typing import Any

from rnnlab.data.file_parts import TARGET
from rnnlab.data.pair_settings import SPLITS, PairSpec
from rnnlab.data.prepared import Prepared
from rnnlab.data.truncation import Truncation
from rnnlab.tokenizer import PairTokenizer


def provenance_of(prepared: Prepared, spec: PairSpec, shape: Truncation) -> dict[str, Any]:
    """Return plain values for the log and result.json.

    They are those of other texts (`rnnlab.data.prepared.Prepared.provenance`), counted on the source side,
    and `target_tokens`, `empty_targets`, `target_vocabulary`, `shared_vocabulary`; if any, the counts of
    training pairs `left_out` by reason, of sources `shared` between splits, and of rows `skipped`.

    Args:
        shape: truncation of sources outside training; a note counts those that are truncated.
    """
    found, splits = prepared.provenance(), prepared.corpus.splits
    tokenizer = prepared.corpus.tokenizer
    assert isinstance(tokenizer, PairTokenizer)
    for name in ("rows", "tokens", "empty_texts"):
        found[name] = {split: found[name][split] for split in SPLITS}
    found |= {
        "target_tokens": {split: len(splits[split + TARGET].ids) for split in SPLITS},
        "empty_targets": {split: splits[split + TARGET].empty for split in SPLITS},
        "vocabulary": tokenizer.source.vocab_size,
        "target_vocabulary": tokenizer.target.vocab_size,
        "shared_vocabulary": tokenizer.shared,
    }
    for split in SPLITS[1:]:
        count = int((splits[split].lengths > shape.max_length).sum())
        if count and (split == "validation" or splits["test"].file != splits["validation"].file):
            rows = found["rows"][split]
            rule = f"are read up to {shape.max_length} tokens (data.evaluation_length)"
            found["notes"].append(f"{count:,} of {rows:,} {split} sources {rule}")
    if found["official"]:
        found["official"] = "test" in prepared.found.files
    held_out = "test" in prepared.found.files or spec.test_fraction > 0
    found["tested"] = "test" if held_out else "validation"
    return found
