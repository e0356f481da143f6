"""Pretrained word vectors, read from a file for the words of the vocabulary alone."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.embedding.base import Corpora, Use, Vectors
from rnnlab.embedding.cache import key_of, make_once
from rnnlab.embedding.fill import Found, complete, report
from rnnlab.embedding.layout import FORMATS, HEAD, Layout, layout_of
from rnnlab.embedding.lines import read_binary, read_text
from rnnlab.embedding.opening import check_file, opened
from rnnlab.embedding.stored import Model, load_model, write_model
from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import UNKNOWN_ID

VERSION = 2  # raise it when the same file would give other vectors

BYTES = 16  # room for each number within the longest line

# our marks (rnnlab.text.marks) to those that the vectors of GloVe's tweets have for the same
ALIASES = {"<long>": "<elong>", "<shout>": "<allcaps>"}

FORMS: tuple[Callable[[str], str], ...] = (
    lambda token: ALIASES.get(token, token),
    str.lower,
    lambda token: token[:1].upper() + token[1:],
    str.upper,
)  # in the order of preference

log = logging.getLogger("rnnlab")


@dataclass(frozen=True, kw_only=True)
class VectorFile(Use):
    """GloVe text, word2vec text and binary, and fastText .vec files, plain, .gz or .zip.

    A token is looked up unchanged, then under the name that other vectors have for its mark, then in lower
    case, capitalised and in capitals; the first form found is used. The vectors are cached by the file's
    path, size and time and by the vocabulary; the content of the file is not checked again.

    Attributes:
        path: the file; a `~` is the home folder.
        format: auto, text or binary.
        longest_line: limit of bytes of a word and its numbers.
        most_unpacked: limit of the unpacked size of a .gz or .zip, as a multiple of its size on disk.

    Raises:
        SettingError: a value is out of range.
    """

    path: str
    format: str = "auto"
    longest_line: int = 1 << 20
    most_unpacked: int = 50
    scale: float | None = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.format not in FORMATS:
            raise SettingError("embedding.format", self.format, "unknown format", names=FORMATS)
        for name in ("longest_line", "most_unpacked"):
            if getattr(self, name) < 1:
                raise SettingError(f"embedding.{name}", getattr(self, name), "must be at least 1")

    @property
    def place(self) -> Path:
        return Path(self.path).expanduser()

    def check(self) -> None:
        """Check the beginning of the file before any long work. Raises SettingError: see `layout`."""
        self.layout()

    def layout(self) -> Layout:
        """Return the layout of the file, detected from its beginning.

        Raises:
            SettingError: no such file; not a vector file; vectors of another size than `size`.
        """
        with opened(self.place, self.size, self.most_unpacked, bar=False) as file:
            layout = layout_of(file.stream.read(HEAD), self.place, self.format)
        if layout.size > self.longest_line // BYTES:
            rule = f"says that its vectors have size {layout.size:,}: "
            rule += (
                f"embedding.longest_line={self.longest_line} lets them have {self.longest_line // BYTES:,}"
            )
            raise SettingError("embedding.path", self.place, rule)
        if self.size is not None and layout.size != self.size:
            rule = f"the vectors of {self.place} have size {layout.size}: set embedding.size={layout.size} "
            rule += "or null; embedding.projection brings them to another size"
            raise SettingError("embedding.size", self.size, rule)
        return layout

    def vectors(self, corpus: Corpora, cache_dir: Path) -> Vectors:
        """Return the file's vectors for the vocabulary, from `cache_dir/embeddings/` if they are cached.

        Raises:
            SettingError: see `layout`; a line of another length; a truncated file; no word found.
        """
        check_file(self.place)
        vocabulary = corpus.tokenizer.vocabulary
        folder = cache_dir / "embeddings" / self._key(vocabulary)
        cached = make_once(
            folder, lambda stage: write_model(stage, Model(vocabulary, self.read(vocabulary), None))
        )
        log.info("word vectors of %s: %s %s", self.place, "from the cache," if cached else "kept in", folder)
        found = load_model(folder).vectors
        covered = report(self.place.name, found, corpus)
        return Vectors(complete(found, corpus.counts(), self.seed), covered, folder)

    def read(self, vocabulary: list[str]) -> Found:
        """Read the file's vectors for the vocabulary's words. Raises SettingError: see `vectors`."""
        layout = self.layout()
        wanted = wanted_words(vocabulary)
        matrix = np.zeros((len(vocabulary), layout.size), dtype=np.float32)
        ranks = np.full(len(vocabulary), len(FORMS) + 1)
        read = read_binary if layout.binary else read_text
        with opened(self.place, self.size, self.most_unpacked) as file:
            for word, vector in read(file, layout, wanted, self.place, self.longest_line):
                for row, rank in wanted[word]:
                    if rank < ranks[row]:
                        matrix[row], ranks[row] = vector, rank
        found = ranks <= len(FORMS)
        if not found.any():
            rule = f"has none of the {len(vocabulary) - 2:,} entries of the vocabulary: "
            rule += "do its words fit the tokenizer and the language?"
            raise SettingError("embedding.path", self.place, rule)
        return Found(matrix, found)

    def _key(self, vocabulary: list[str]) -> str:
        status = self.place.stat()
        words = hashlib.sha256("\n".join(map(repr, vocabulary)).encode()).hexdigest()
        place = [str(self.place.resolve()), status.st_size, status.st_mtime_ns]
        return key_of([VERSION, place, words, self.format, self.size])


def forms(token: str) -> Iterator[str]:
    """Return the forms in which a token is looked up, the best first, each once."""
    yield from dict.fromkeys([token, *(form(token) for form in FORMS)])


def wanted_words(vocabulary: list[str]) -> dict[bytes, list[tuple[int, int]]]:
    """Return the words to look for as bytes, with each row that takes the vector and the rank of the form."""
    wanted: dict[bytes, list[tuple[int, int]]] = {}
    for row, token in enumerate(vocabulary[UNKNOWN_ID + 1 :], start=UNKNOWN_ID + 1):
        for rank, form in enumerate(forms(token)):
            wanted.setdefault(form.encode("utf-8", "surrogatepass"), []).append((row, rank))
    return wanted
