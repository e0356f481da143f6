"""Batch rows of many clients into one pass of the network."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, NamedTuple

from rnnlab.kinds.use import TEXT, Answerer
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.refusal import busy

LONG = 2_000  # characters of a request: above, encoding would hold up the event loop


class Workers(NamedTuple):
    """Two threads: one encodes long rows, the other computes."""

    encode: Executor
    compute: Executor


class Answer(NamedTuple):
    """Results of `Answerer.encode` and `Answerer.compute` for each row."""

    encoded: list[Any]
    outputs: list[Any]


class _Job:
    """The rows of one request, and their outputs as they arrive."""

    def __init__(self, count: int, future: asyncio.Future[list[Any]]) -> None:
        self.outputs: list[Any] = [None] * count
        self.missing, self.future = count, future

    def put(self, place: int, output: Any) -> None:
        self.outputs[place] = output
        self.missing -= 1
        if not self.missing and not self.future.done():
            self.future.set_result(self.outputs)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class _Waiting(NamedTuple):
    job: _Job
    place: int
    encoded: Any


class Batcher:
    """Processes queued rows in batches, first come first served; long requests are split over batches.

    All but the computation runs on the event loop, so that nothing here needs a lock.

    Args:
        limits: max_batch, max_wait_ms and queue are used.
        observe: called with the size of each batch.
    """

    def __init__(
        self,
        answerer: Answerer,
        workers: Workers,
        limits: Limits,
        observe: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._answerer, self._workers, self._limits, self._observe = answerer, workers, limits, observe
        self._queue: deque[_Waiting] = deque()
        self._encoding = 0  # rows on their way into the queue
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """Return the number of queued rows."""
        return self._encoding + len(self._queue)

    def start(self) -> None:
        """Start the loop; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def close(self) -> None:
        """Stop; queued rows stay unanswered, so the server closes this after the last request."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def submit(self, rows: Sequence[Any]) -> Answer:
        """Answer the rows. Raises Refusal at once if the queue has no room for all of them."""
        if len(self) + len(rows) > self._limits.queue:
            raise busy("texts" if self._answerer.reads == TEXT else "rows")
        self._encoding += len(rows)
        try:
            encoded = await self._encode(rows)
        finally:
            self._encoding -= len(rows)
        job = _Job(len(rows), asyncio.get_running_loop().create_future())
        self._queue.extend(_Waiting(job, place, one) for place, one in enumerate(encoded))
        self._ready.set()
        return Answer(encoded, await job.future)

    async def _encode(self, rows: Sequence[Any]) -> list[Any]:
        if self._answerer.reads == TEXT and sum(map(len, rows)) <= LONG:
            return self._answerer.encode(rows)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers.encode, self._answerer.encode, rows)

    async def _work(self) -> None:
        loop, compute = asyncio.get_running_loop(), self._answerer.compute
        while True:
            await self._ready.wait()
            if len(self._queue) < self._limits.max_batch and self._limits.max_wait_ms:
                await asyncio.sleep(self._limits.max_wait_ms / 1000)
            batch = self._take()
            if not batch:
                continue
            self._observe(len(batch))
            try:
                encoded = [item.encoded for item in batch]
                outputs = await loop.run_in_executor(self._workers.compute, compute, encoded)
            except Exception as error:  # passed on to each request, which logs it
                for item in batch:
                    item.job.fail(error)
            else:
                for item, output in zip(batch, outputs, strict=True):
                    item.job.put(item.place, output)

    def _take(self) -> list[_Waiting]:
        """Take the next rows whose clients still wait for them."""
        batch: list[_Waiting] = []
        while self._queue and len(batch) < self._limits.max_batch:
            item = self._queue.popleft()
            if not item.job.future.done():
                batch.append(item)
        if not self._queue:
            self._ready.clear()
        return batch
