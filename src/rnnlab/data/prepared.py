"""Preparation common to the data modules: load the corpus of some files from the cache or build it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlab.atomic import scratch
from rnnlab.data.cache import Corpus, key_of, open_corpus, store
from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.source import ResolvedFiles
from rnnlab.tokenizer import Tokenizer

FINGERPRINT = 3  # the version in the fingerprints of the first runs, which must not change

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """A corpus and its origin."""

    corpus: Corpus
    found: ResolvedFiles
    fingerprint: str
    cached: bool

    def provenance(self) -> dict[str, Any]:
        """Return plain values for the log and `result.json`."""
        splits = self.corpus.splits
        return {
            "source": self.found.source,
            "official": self.found.official,
            "held_out": [name for name in ("validation", "test") if splits[name].file != name],
            "rows": {name: len(split.labels) for name, split in splits.items()},
            "tokens": {name: len(split.ids) for name, split in splits.items()},
            "empty_texts": {name: split.empty for name, split in splits.items()},
            "fingerprint": self.fingerprint,
            "vocabulary": self.corpus.tokenizer.vocab_size,
            "notes": [*self.found.notes, *self.corpus.notes],
            "cached": self.cached,
            **self.corpus.facts,
        }


def prepare_corpus(
    found: ResolvedFiles,
    settings: Mapping[str, Any],
    tokenizer: Tokenizer,
    folder: Path,
    build: Callable[[Path], Corpus],
) -> Prepared:
    """Return the corpus of the files under these settings, from `folder/encoded/` or built and stored there.

    `build` gets a folder for files of its own, which is removed when the corpus is stored.

    The fingerprint is the sha256 over the files' own sha256, so that nothing is parsed if the corpus is
    cached; large files that have not changed since are not read either.
    """
    hashes = file_hashes(found.files, folder)
    learned = key_of(tokenizer.to_json()) if tokenizer.trained else None
    key = key_of(
        {"files": hashes, "settings": settings, "tokenizer": tokenizer.settings(), "learned": learned}
    )
    place = folder / "encoded" / key[:32]
    corpus = open_corpus(place, type(tokenizer))
    cached = corpus is not None
    if corpus is None:
        with scratch(place.parent) as own:
            store(place, build(own))
        corpus = open_corpus(place, type(tokenizer))
    if corpus is None:
        raise OSError(f"the cache folder {place} cannot be read after it was written")
    log.info("text from %s: %s", "the cache" if cached else f"source {found.source}", place)
    return Prepared(corpus, found, fingerprint_of(hashes), cached)


def fingerprint_of(hashes: Mapping[str, str]) -> str:
    """Return the fingerprint of some files, which is the same in every version of the cache."""
    return key_of({"version": FINGERPRINT, "files": hashes})
