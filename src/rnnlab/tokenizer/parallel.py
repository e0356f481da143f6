"""The same function over chunks of a list, in several processes, with a progress bar."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 1000  # items: large enough that sending them costs little, small enough that a bar moves


def map_chunks(
    function: Callable[[Sequence[Item]], Result], items: Sequence[Item], workers: int | None, label: str
) -> list[Result]:
    """`function` of each chunk of `items`, in order; the chunks do not depend on `workers`.

    Args:
        function: takes a chunk (a slice of `items`); a module's function or an object of a module's class, because it
            is sent to other processes. What it raises is raised here.
        workers: processes; 1, or a single chunk, runs in this one. None takes every core that this process may use.
        label: what the bar says.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    workers = min(available_cores() if workers is None else workers, len(chunks))
    with tqdm(total=len(items), desc=label, unit=" texts", mininterval=0.5, leave=len(chunks) > 1) as bar:
        results: list[Result] = []
        if workers <= 1:
            for chunk in chunks:
                results.append(function(chunk))
                bar.update(len(chunk))
            return results
        context = multiprocessing.get_context(_start_method())
        with ProcessPoolExecutor(workers, context, _take, (function,)) as pool:
            try:
                for chunk, result in zip(chunks, pool.map(_call, chunks), strict=True):
                    results.append(result)
                    bar.update(len(chunk))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results


def available_cores() -> int:
    """Cores that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_method() -> str:
    """Never fork this process: torch and numpy may have started threads in it."""
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


_function: Callable[[Sequence], object]


def _take(function: Callable[[Sequence], object]) -> None:
    """A worker gets its function once. Ctrl-C reaches every process of the terminal; the parent alone answers it."""
    global _function
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _call(chunk: Sequence) -> object:
    return _function(chunk)
