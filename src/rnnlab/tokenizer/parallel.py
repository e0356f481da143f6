"""Parallel map of a function over chunks of a list, with a progress bar."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import IO, Any, TypeVar, cast

from rnnlab.bar import Bar

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 1000  # items: large enough that sending them costs little, small enough that a bar moves


def map_chunks(
    function: Callable[[Sequence[Item]], Result], items: Sequence[Item], workers: int | None, label: str
) -> list[Result]:
    """Apply `function` to each chunk of `items`, in order; the chunks do not depend on `workers`.

    Args:
        function: takes a chunk (a slice of `items`); a module's function or an object of a module's class,
            because it is pickled for other processes. Its exceptions are raised here.
        workers: processes; 1, or a single chunk, runs in this one. None takes every core that this process
            may use.
        label: text of the bar.

    Raises:
        RuntimeError: a process died.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    workers = min(available_cores() if workers is None else workers, len(chunks))
    results: list[Result] = []
    with (
        Bar(None, label, len(items), " texts", stays=len(chunks) > 1) as bar,
        _mapped(function, chunks, workers) as answers,
    ):
        for chunk, result in zip(chunks, answers, strict=True):
            results.append(result)
            bar.update(len(chunk))
    return results


def available_cores() -> int:
    """Return the number of cores that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _mapped(function: Callable[[Any], Result], chunks: list[Any], workers: int) -> Iterator[Iterator[Result]]:
    """Yield an iterator over `function` of each chunk; the processes end with the block in any case."""
    if workers <= 1:
        yield map(function, chunks)
        return
    started = [_Worker(function) for _ in range(workers)]
    free: SimpleQueue[_Worker] = SimpleQueue()
    for worker in started:
        free.put(worker)

    def call(chunk: Any) -> Result:
        worker = free.get()
        try:
            return cast(Result, worker(chunk))
        finally:
            free.put(worker)

    threads = ThreadPoolExecutor(workers)
    try:
        yield threads.map(call, chunks)
    finally:
        for worker in started:
            worker.stop()
        threads.shutdown(cancel_futures=True)


class _Worker:
    """A process that runs `rnnlab.tokenizer.worker`.

    Neither a fork, which torch's and numpy's threads make unsafe, nor multiprocessing's fresh processes,
    which import the main script again and with it, as the case may be, seconds of torch and lightning.
    """

    def __init__(self, function: Callable[[Any], object]) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment["TOKENIZERS_PARALLELISM"] = "false"  # one core a process
        command = [sys.executable, "-m", "rnnlab.tokenizer.worker"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.send = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)

    def __call__(self, chunk: Any) -> object:
        source, sink = cast(IO[bytes], self.process.stdout), cast(IO[bytes], self.process.stdin)
        try:
            sink.write(self.send)
            pickle.dump(chunk, sink, pickle.HIGHEST_PROTOCOL)
            sink.flush()
            self.send = b""
            succeeded, answer = pickle.load(source)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise RuntimeError(f"a worker process died with status {self.process.wait()}") from error
        if not succeeded:
            raise answer
        return answer

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                cast(IO[bytes], pipe).close()
