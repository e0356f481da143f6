"""Parallel map of a function over chunks of a list, with a progress bar."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import IO, Any, TypeVar, cast

from rnnlab.bar import Bar
from rnnlab.tokenizer.blocks import Blocks

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 1000  # items: large enough that sending them costs little, small enough that a bar moves
FEW = 8  # blocks of a long text that one process has done before others have started
AHEAD = 2  # chunks for each process that are begun before their results are taken


def map_chunks(
    function: Callable[[Sequence[Item]], Result], items: Sequence[Item], workers: int | None, label: str
) -> list[Result]:
    """Return what `each_chunk` yields, as a list."""
    return list(each_chunk(function, items, workers, label))


def each_chunk(
    function: Callable[[Sequence[Item]], Result], items: Sequence[Item], workers: int | None, label: str
) -> Generator[Result, None, None]:
    """Apply `function` to each chunk of `items` and yield the results in order, with a progress bar.

    Chunks have 1,000 items, or one block of a long text, whatever the number of `workers`; the next ones are
    begun while a result is used, and no more than two for each process wait.

    Args:
        function: takes a chunk (a slice of `items`); a module's function or an object of a module's class,
            because it is pickled for other processes. Its exceptions are raised here.
        workers: processes; 1, or little work, runs in this one. None takes every core that this process may
            use.
        label: text of the bar.

    Raises:
        RuntimeError: a process died.
    """
    long = isinstance(items, Blocks)
    size = 1 if long else CHUNK
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    workers = 1 if long and len(chunks) <= FEW else workers
    workers = min(available_cores() if workers is None else workers, len(chunks))
    unit = " blocks" if long else " texts"
    with (
        Bar(None, label, len(items), unit, stays=len(chunks) > 1) as bar,
        closing(stream(function, chunks, workers)) as results,
    ):
        for chunk, result in zip(chunks, results, strict=True):
            yield result
            bar.update(len(chunk))


def available_cores() -> int:
    """Return the number of cores that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stream(
    function: Callable[[Any], Result], chunks: Iterable[Any], workers: int
) -> Generator[Result, None, None]:
    """Yield `function` of each chunk in order, at most two chunks for each process ahead of what was taken.

    The processes end with the generator in any case.
    """
    if workers <= 1:
        yield from map(function, chunks)
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
    waiting: deque[Future[Result]] = deque()
    try:
        for chunk in chunks:
            waiting.append(threads.submit(call, chunk))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
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
