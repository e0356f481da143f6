"""Compare cleaning and tokenizing of IMDB with the bare `tokenizers` library, in MB/s without caching.

    python scripts/benchmark_text.py                    # all 100,000 reviews, two processes
    python scripts/benchmark_text.py --rows 5000        # a quick try

Ours is the code of training: `clean_texts`, then `encode_texts`, from raw texts to flat arrays of ids. The
bare side is the same trained tokenizer's `encode_batch` (and `encode_batch_fast`) on as many threads, over
texts that were cleaned and lower-cased before the timing. All sides take turns in every round.
Megabytes are those of the raw texts in UTF-8, on every side. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import yaml

from rnnlab.data.encode import clean_texts, encode_texts
from rnnlab.report.tables import render
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, Tokenizer, WordPieceTokenizer, WordTokenizer

STEPS = Path(__file__).parents[1] / "conf" / "text"
FILES = ("train", "test", "unsupervised")
LIBRARY = ("bpe", "wordpiece")  # the kinds that have a bare side
PAUSE = 0.05  # seconds between two samples of the memory


class Memory:
    """Peak memory in bytes of this process and its children together, sampled while the block runs."""

    def __enter__(self) -> Memory:
        self.peak, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(PAUSE):
            self.peak = max(self.peak, sum(map(resident, [str(os.getpid()), *children()])))


def children() -> list[str]:
    """Return this process's children, except those that have forked but not yet executed a program."""
    own = Path("/proc/self/cmdline")
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            started = task.read_text().split()
            found += [
                name for name in started if Path(f"/proc/{name}/cmdline").read_bytes() != own.read_bytes()
            ]
        except OSError:  # the thread or the process has just ended
            continue
    return found


def resident(process: str) -> int:
    """Return resident memory in bytes; 0 for a process that has ended, and without /proc."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def read(folder: Path, rows: int | None) -> tuple[list[str], list[str]]:
    """Return all reviews, or `rows` of them from all parts, and the train reviews for the tokenizers."""
    texts: list[str] = []
    train = 0
    for name in FILES:
        texts += pyarrow.parquet.read_table(folder / f"{name}.parquet", columns=["text"])["text"].to_pylist()
        train = train or len(texts)
    pyarrow.default_memory_pool().release_unused()
    step = 1 if rows is None else max(1, len(texts) // rows)
    return texts[::step][:rows], texts[:train]


def trained(texts: list[str], cleaner: Cleaner, workers: int) -> dict[str, Any]:
    tokenizers: dict[str, Any] = {
        "bpe": BpeTokenizer(),
        "wordpiece": WordPieceTokenizer(),
        "word": WordTokenizer(),
    }
    cleaned = clean_texts(texts, cleaner, workers)
    for tokenizer in tokenizers.values():
        tokenizer.train(cleaned, workers)
    return tokenizers


def bare(tokenizer: Any, texts: list[str], chunk: int, method: str) -> Callable[[], None]:
    """Return a run of the library alone: its batch encoding of `texts`, `chunk` of them at a time."""
    import json

    from tokenizers import Tokenizer as Library

    library = Library.from_str(json.dumps(tokenizer.to_json()["library"]))

    def run() -> None:
        os.environ["TOKENIZERS_PARALLELISM"] = "true"
        for start in range(0, len(texts), chunk):
            getattr(library, method)(texts[start : start + chunk])

    return run


def ours(tokenizer: Tokenizer, texts: list[str], cleaner: Cleaner, workers: int) -> Callable[[], None]:
    def run() -> None:
        encode_texts(tokenizer, clean_texts(texts, cleaner, workers), workers)

    return run


def sides(texts: list[str], train: list[str], arguments: argparse.Namespace) -> dict[str, Callable[[], None]]:
    """Return the name of each side and its function."""
    steps = yaml.safe_load((STEPS / f"{arguments.text}.yaml").read_text(encoding="utf-8"))["steps"]
    cleaner = Cleaner(steps)
    tokenizers = trained(train, cleaner, arguments.workers)
    given = [text.lower().replace("’", "'") for text in clean_texts(texts, cleaner, arguments.workers)]
    found: dict[str, Callable[[], None]] = {}
    for name, tokenizer in tokenizers.items():
        found[name] = ours(tokenizer, texts, cleaner, arguments.workers)
        if name in LIBRARY:
            for method in ("encode_batch", "encode_batch_fast"):
                found[f"{name} {method}"] = bare(tokenizer, given, arguments.chunk, method)
    return found


def report(seconds: dict[str, list[float]], peaks: dict[str, int], megabytes: float) -> None:
    """Print medians over the rounds; a ratio is the median of the rounds' ratios."""
    rows = []
    for name, taken in seconds.items():
        rate = megabytes / statistics.median(taken)
        ratios = []
        for other in ("encode_batch", "encode_batch_fast"):
            rival = seconds.get(f"{name} {other}")
            ratios.append(f"{median_ratio(rival, taken):.2f}" if rival else "")
        ratios.append(f"{median_ratio(seconds['bpe'], taken):.2f}" if " " not in name else "")
        rows.append([name, f"{rate:.2f}", *ratios, f"{peaks[name] / 2**20:,.0f}"])
    header = ["side", "MB/s", "/ encode_batch", "/ encode_batch_fast", "/ our bpe", "peak MiB"]
    print(render(header, rows))


def median_ratio(slower: list[float], faster: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(slower, faster, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RNNLAB_DATA_DIR", "data")) / "imdb")
    parser.add_argument("--text", default="review", help="cleaning: a name in conf/text (default review)")
    parser.add_argument("--rows", type=int, help="reviews (default all)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every side (default 3)")
    parser.add_argument(
        "--workers", type=int, default=2, help="processes, and the bare side's threads (default 2)"
    )
    parser.add_argument(
        "--chunk", type=int, default=1000, help="texts a call of the bare side (default 1000)"
    )
    arguments = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(arguments.workers)  # read once, before the library's first call
    texts, train = read(arguments.data, arguments.rows)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    runs = sides(texts, train, arguments)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    peaks = dict.fromkeys(runs, 0)
    for number in range(arguments.rounds):
        for name, run in runs.items():
            print(f"round {number + 1} of {arguments.rounds}: {name}", flush=True)
            with Memory() as memory:
                start = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - start)
            peaks[name] = max(peaks[name], memory.peak)
    print(
        f"{len(texts):,} reviews, {megabytes:.1f} MB, {arguments.workers} workers, {arguments.rounds} rounds"
    )
    report(seconds, peaks, megabytes)


if __name__ == "__main__":
    main()
