"""Load test of the service: clients that each send a request, wait for the answer and send the next.

python scripts/load_test.py last:tweets                      # starts the service on a run, 64 clients, 60 s
python scripts/load_test.py last:tweets --malformed 0.05     # one request in twenty is broken
python scripts/load_test.py last:tweets --sigterm            # ended half-way: is a request lost?
python scripts/load_test.py --url http://127.0.0.1:8000      # a service that is running

Needs the extra `serve`. The exit code is 1 if a request failed or was lost, or a broken one was not refused.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

TEXTS = [
    "what a waste of two hours", "the best film of the year, go and see it",
    "I don't know what to say about the new phone", "stuck in traffic again, love my life #not",
]  # fmt: skip
BROKEN = [
    b"", b"{", b"[]", b'"text"', b'{"text": 1}', b'{"text": [1]}', b'{"text": []}', b'{"text": NaN}',
    b'{"text": "\xff"}', b'{"text": "\\ud800"}', b'{"txt": "a"}', b'{"text": "a", "run": "no such run"}',
    b'{"text": "' + b"a" * 30_000 + b'"}', b"[" * 5_000,
    b'{"text": "' + b"a" * 1_100_000 + b'"}',
]  # fmt: skip


class Asked(NamedTuple):
    """A request in its wire format, and whether it is valid."""

    content: bytes
    right: bool


class Tally:
    """Results that the clients observed.

    Attributes:
        seconds: of each answer to a valid request, from its first byte sent to its last received.
        statuses: number of each; wrong: answers that do not belong to their request.
          lost: requests of open connections that ended without an answer.
        ending: the service was asked to end, and may refuse; stopped: clients send no more requests.
    """

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.wrong: Counter[str] = Counter()
        self.lost = 0
        self.ending = self.stopped = False

    def answered(self, asked: Asked, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        if asked.right and status == 200:
            self.seconds.append(seconds)
        elif not (400 <= status < 500 and not asked.right) and not (status == 503 and self.ending):
            self.wrong[f"{status} to a {'right' if asked.right else 'broken'} request"] += 1


class Client(asyncio.Protocol):
    """A connection that sends the next request after each answer, until all stop or the service closes it."""

    def __init__(self, requests: Iterator[Asked], tally: Tally, done: asyncio.Future[None]) -> None:
        self._requests, self._tally, self._done = requests, tally, done
        self._buffer, self._waiting = b"", False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = next(self._requests)
        self._waiting, self._sent = True, time.perf_counter()
        self._transport.write(self._asked.content)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.lower().split(b"\r\n")
        fields = dict(line.split(b": ", 1) for line in lines[1:])
        if len(body) < int(fields[b"content-length"]):
            return
        self._buffer, self._waiting = b"", False
        self._tally.answered(self._asked, int(lines[0].split()[1]), time.perf_counter() - self._sent)
        if self._tally.stopped or fields.get(b"connection") == b"close":
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self._tally.lost += self._waiting
        if not self._done.done():
            self._done.set_result(None)


def wire(body: bytes, host: str, token: str | None) -> bytes:
    """Return a POST request to /predict."""
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = f"POST /predict HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{bearer}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def requests(texts: Sequence[str], malformed: float, host: str, token: str | None) -> Iterator[Asked]:
    """Yield requests without end; a fraction `malformed` of them is broken."""
    right = [Asked(wire(json.dumps({"text": text}).encode(), host, token), True) for text in texts]
    broken = [Asked(wire(body, host, token), False) for body in BROKEN]
    draw = random.Random(0)
    while True:
        yield draw.choice(broken if draw.random() < malformed else right)


async def load(options: argparse.Namespace, texts: Sequence[str], pid: int | None) -> tuple[Tally, list[int]]:
    """Return the clients' results, and the service's memory (MB) each second."""
    tally, memory = Tally(), list[int]()
    url = urlsplit(options.url)
    asked = requests(texts, options.malformed, url.netloc, options.token)
    people = [asyncio.create_task(person(url, asked, tally)) for _ in range(options.clients)]
    for second in range(1, options.seconds + 1):
        await asyncio.sleep(1)
        memory.append(resident(pid))
        if pid is not None and options.sigterm and second == max(options.seconds // 2, 1):
            tally.ending = True
            os.kill(pid, signal.SIGTERM)
            break
    tally.stopped = not tally.ending
    await asyncio.wait_for(asyncio.gather(*people), 60)
    return tally, memory


async def person(url: SplitResult, asked: Iterator[Asked], tally: Tally) -> None:
    """Send requests over successive connections, since a service may close one after a large request."""
    loop = asyncio.get_running_loop()
    while not (tally.stopped or tally.ending):
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(partial(Client, asked, tally, done), url.hostname or "", url.port or 80)
        await done


def resident(pid: int | None) -> int:
    """Return the process's memory in MB; 0 if it is not ours."""
    if pid is None:
        return 0
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def report(tally: Tally, memory: list[int], seconds: float) -> bool:
    """Print the results; return whether all went well."""
    times = sorted(tally.seconds)
    total = sum(tally.statuses.values())
    print(f"requests     {total}, {total / seconds:.0f} a second")
    if times:
        shares = {f"p{share}": times[min(len(times) * share // 100, len(times) - 1)] for share in (50, 99)}
        print("latency      " + ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in shares.items()))
        print(f"             longest {times[-1] * 1000:.1f} ms")
    print(
        "statuses     " + ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
    )
    print(f"errors       {dict(tally.wrong) or 0}, lost without an answer: {tally.lost}")
    if any(memory):
        step = max(len(memory) // 10, 1)
        print(f"memory (MB)  {' '.join(map(str, memory[::step]))}, last {memory[-1]}")
    return not tally.wrong and not tally.lost and bool(times)


def start(options: argparse.Namespace) -> tuple[subprocess.Popen[str], str]:
    """Start the service on a free port, and return its address."""
    command = [sys.executable, "-m", "rnnlab.cli", "serve", options.run, "--port", "0", *options.serve]
    command += ["--outputs", str(options.outputs)] + (["--token", options.token] if options.token else [])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("http"):
            return process, line.strip()
    raise SystemExit(f"the service did not start: exit code {process.wait()}")


def texts_of(run: str, outputs: Path) -> list[str]:
    """Return the first thousand texts of the run's test split."""
    import pyarrow.parquet as pq

    from rnnlab.run.folder.find import find_run

    return pq.read_table(find_run(run, outputs).predictions, columns=["text"])["text"].to_pylist()[:1000]


def options_of(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", metavar="RUN", nargs="?", help="of a classifier, to start the service on")
    parser.add_argument("--url", help="of a service that is running, in the place of RUN")
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    parser.add_argument("--token")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--malformed", type=float, default=0.0, metavar="SHARE", help="of broken requests")
    parser.add_argument("--sigterm", action="store_true", help="end the service half-way; needs RUN")
    parser.epilog = "Other options go to rnnlab serve."
    options, rest = parser.parse_known_args(argv)
    options.serve = rest
    if (options.run is None) == (options.url is None) or (options.sigterm and options.run is None):
        parser.error("one of RUN and --url is needed, and RUN for --sigterm")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    options = options_of(argv)
    process, texts = None, TEXTS
    if options.run is not None:
        texts = texts_of(options.run, options.outputs)
        process, options.url = start(options)
    try:
        begin = time.perf_counter()
        import uvloop

        tally, memory = uvloop.run(load(options, texts, process.pid if process else None))
        well = report(tally, memory, time.perf_counter() - begin)
        if process is not None:
            if not options.sigterm:
                process.terminate()
            code = process.wait(90)
            print(f"exit code    {code}")
            well = well and code == 0
    finally:
        if process is not None and process.poll() is None:
            process.kill()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
