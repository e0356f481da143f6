"""Measure lines per second and peak memory of reading a large GloVe file for 30,000 words.

    python scripts/benchmark_vectors.py                     # 2,000,000 lines of 100 numbers, 1.7 GB
    python scripts/benchmark_vectors.py --lines 200000 --gzip

The file is random, in a temporary folder. It is read in a separate process, as a run reads it but without
the cache; memory is the process's peak above its start (all modules imported). The exit code is 1 if that is
more than 500 MB.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from rnnlab.bar import Bar
from rnnlab.embedding.files import VectorFile
from rnnlab.report.tables import render

LIMIT = 500  # megabytes above the start
BLOCK = 10_000  # lines written at once


def make_file(path: Path, lines: int, size: int, packed: bool) -> None:
    """Write GloVe text: words w0, w1, ... and numbers with five decimals, which repeat after 997 lines."""
    random = np.random.default_rng(0)
    texts = [" ".join(f"{value:.5f}" for value in row) for row in random.normal(0, 0.4, (997, size))]
    opener = gzip.open if packed else open
    with opener(path, "wt") as file, Bar(None, "writing", lines, " lines", scaled=True) as bar:
        for start in range(0, lines, BLOCK):
            end = min(start + BLOCK, lines)
            file.write("".join(f"w{number} {texts[number % 997]}\n" for number in range(start, end)))
            bar.update(end - start)


def read_file(path: Path, lines: int, words: int) -> None:
    """Print the result of a reading as JSON: seconds, megabytes above the start, words found."""
    vocabulary = ["<pad>", "<unk>", *(f"w{number * lines // words}" for number in range(words))]
    before = memory("VmRSS")
    start = time.perf_counter()
    found = VectorFile(path=str(path)).read(vocabulary)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {"seconds": seconds, "megabytes": memory("VmHWM") - before, "found": int(found.found.sum())}
        )
    )


def memory(name: str) -> float:
    """Return megabytes (10^6 bytes) that this process holds (VmRSS), or its peak (VmHWM)."""
    status = Path("/proc/self/status")
    if status.is_file():  # Linux's ru_maxrss is at least that of the process which started this one
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines[name].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # in bytes, on macOS


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=2_000_000, help="of the file (default 2,000,000)")
    parser.add_argument("--size", type=int, default=100, help="numbers of a vector (default 100)")
    parser.add_argument("--words", type=int, default=30_000, help="of the vocabulary (default 30,000)")
    parser.add_argument("--gzip", action="store_true", help="pack the file")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read_file(arguments.read, arguments.lines, arguments.words)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("glove.txt.gz" if arguments.gzip else "glove.txt")
        make_file(path, arguments.lines, arguments.size, arguments.gzip)
        command = [sys.executable, __file__, "--read", str(path)]
        command += ["--lines", str(arguments.lines), "--words", str(arguments.words)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        on_disk = path.stat().st_size / 1e6
    measured = json.loads(done.stdout)
    rows = [
        ["file", f"{arguments.lines:,} lines of {arguments.size} numbers, {on_disk:,.0f} MB"],
        ["seconds", f"{measured['seconds']:.1f}"],
        ["lines a second", f"{arguments.lines / measured['seconds']:,.0f}"],
        ["words found", f"{measured['found']:,} of {arguments.words:,}"],
        ["peak memory above the start", f"{measured['megabytes']:.0f} MB (limit {LIMIT} MB)"],
    ]
    print(render(["reading word vectors", ""], rows))
    sys.exit(measured["megabytes"] > LIMIT)


if __name__ == "__main__":
    main()
