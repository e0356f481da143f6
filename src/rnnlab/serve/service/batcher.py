"""Texts of many clients, read by the network together. N texts, T tokens, C classes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.predictor import Predictor
from rnnlab.serve.service.refusal import busy

LONG = 2_000  # characters of a request: above, encoding would hold up the event loop


class Workers(NamedTuple):
    """Threads: one that encodes long texts, one that computes."""

    encode: Executor
    compute: Executor


class Answer(NamedTuple):
    """Token ids (T,) and probabilities (C,) of each text."""

    ids: list[np.ndarray]
    rows: list[np.ndarray]


class _Job:
    """The texts of one request, and their rows as they come."""

    def __init__(self, count: int, future: asyncio.Future[list[np.ndarray]]) -> None:
        self.rows: list[np.ndarray] = [np.empty(0)] * count
        self.missing, self.future = count, future

    def put(self, place: int, row: np.ndarray) -> None:
        self.rows[place] = row
        self.missing -= 1
        if not self.missing and not self.future.done():
            self.future.set_result(self.rows)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class _Waiting(NamedTuple):
    job: _Job
    place: int
    ids: np.ndarray


class Batcher:
    """Reads what waits in batches, in the order in which it came; a long request shares batches with others.

    All but the computing happens on the event loop, so that nothing here needs a lock.

    Args:
        limits: of them max_batch, max_wait_ms and queue.
        observe: called with the size of each batch.
    """

    def __init__(
        self,
        predictor: Predictor,
        workers: Workers,
        limits: Limits,
        observe: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._predictor, self._workers, self._limits, self._observe = predictor, workers, limits, observe
        self._queue: deque[_Waiting] = deque()
        self._encoding = 0  # texts on their way into the queue
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """Texts that wait."""
        return self._encoding + len(self._queue)

    def start(self) -> None:
        """Needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def close(self) -> None:
        """Stops; what waits is not answered, so that the server closes it after the last request."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def submit(self, texts: Sequence[str]) -> Answer:
        """Predict the texts. Raises Refusal at once if the queue has no room for all of them."""
        if len(self) + len(texts) > self._limits.queue:
            raise busy("texts")
        self._encoding += len(texts)
        try:
            encoded = await self._encode(texts)
        finally:
            self._encoding -= len(texts)
        job = _Job(len(texts), asyncio.get_running_loop().create_future())
        self._queue.extend(_Waiting(job, place, ids) for place, ids in enumerate(encoded))
        self._ready.set()
        return Answer(encoded, await job.future)

    async def _encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        if sum(map(len, texts)) <= LONG:
            return self._predictor.encode(texts)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers.encode, self._predictor.encode, texts)

    async def _work(self) -> None:
        loop, compute = asyncio.get_running_loop(), self._predictor.probabilities
        while True:
            await self._ready.wait()
            if len(self._queue) < self._limits.max_batch and self._limits.max_wait_ms:
                await asyncio.sleep(self._limits.max_wait_ms / 1000)
            batch = self._take()
            if not batch:
                continue
            self._observe(len(batch))
            try:
                ids = [item.ids for item in batch]
                rows = await loop.run_in_executor(self._workers.compute, compute, ids)
            except Exception as error:  # handed on to each request, which logs it
                for item in batch:
                    item.job.fail(error)
            else:
                for item, row in zip(batch, rows, strict=True):
                    item.job.put(item.place, row)

    def _take(self) -> list[_Waiting]:
        """The next texts whose clients still wait for them."""
        batch: list[_Waiting] = []
        while self._queue and len(batch) < self._limits.max_batch:
            item = self._queue.popleft()
            if not item.job.future.done():
                batch.append(item)
        if not self._queue:
            self._ready.clear()
        return batch
