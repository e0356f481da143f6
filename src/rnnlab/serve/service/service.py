"""The state that the routes work with: the runs, their workers and the limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from rnnlab.serve.service.batcher import Workers
from rnnlab.serve.service.hosts import Hosts
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.metrics import Metrics
from rnnlab.serve.service.rate import Rate
from rnnlab.serve.service.refusal import busy
from rnnlab.serve.service.schemas import Requests

Result = TypeVar("Result")


class Service:
    """The state of one service.

    In addition to the event loop, three threads work: one encodes long texts, one predicts, and one does
    longer tasks, explanations and generation, which are bounded in number.

    Args:
        loaded: at least one run.
        token: required in every request for a run; None for no token.
        threads: of each network's operations.
        hosts: host names allowed in requests, in addition to this machine's; see `Hosts`.

    Attributes:
        routes: names of the runs by the route that their answerers name.
        draining: set when the service is asked to end: new requests are then refused.
    """

    def __init__(
        self,
        loaded: Sequence[Loaded],
        limits: Limits,
        token: str | None = None,
        threads: int = 1,
        hosts: Sequence[str] = (),
    ) -> None:
        self.loaded = {one.name: one for one in loaded}
        answering = [one for one in loaded if one.answerer is not None]
        writing = [one for one in loaded if one.answerer is None]
        self.limits, self.token, self.threads = limits, token, threads
        self.hosts = Hosts(hosts)
        self.metrics, self.rate = Metrics(), Rate(limits.rate)
        self.routes: dict[str, list[str]] = {}
        for one in answering:
            if one.answerer is not None and one.answerer.route:
                self.routes.setdefault(one.answerer.route, []).append(one.name)
        self.requests = Requests(
            limits,
            answering={one.name: one.answerer.reads for one in answering if one.answerer is not None},
            writing=[one.name for one in writing],
            explaining={one.name: one.methods for one in [*answering, *writing] if one.methods},
            routes=self.routes,
        )
        self.draining = False
        self._slow: ThreadPoolExecutor | None = None
        self._in_work: dict[str, int] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the workers; stop them at the end, when every request is answered."""
        fast = Workers(self._worker("encode"), self._worker("predict"))
        slow = self._worker("slow")
        try:
            for one in self.loaded.values():
                one.start(fast, self.limits, self.metrics)
            self._slow = slow
            yield
        finally:
            for one in self.loaded.values():
                if one.batcher is not None:
                    await one.batcher.close()
            for worker in (*fast, slow):
                worker.shutdown(cancel_futures=True)

    def _worker(self, name: str) -> ThreadPoolExecutor:
        import torch

        # The number of threads belongs to the thread that asks for it.
        return ThreadPoolExecutor(1, name, initializer=torch.set_num_threads, initargs=(self.threads,))

    async def slowly(self, compute: Callable[..., Result], *arguments: Any) -> Result:
        """Return the result of `compute(*arguments)`, run in the thread for long work."""
        return await asyncio.get_running_loop().run_in_executor(self._slow, compute, *arguments)

    def enter(self, kind: str, most: int) -> None:
        """Count one more long task of a kind, until `leave`. Raises Refusal if `most` are already running."""
        if self._in_work.get(kind, 0) >= most:
            raise busy(kind)
        self._in_work[kind] = self._in_work.get(kind, 0) + 1

    def leave(self, kind: str) -> None:
        self._in_work[kind] -= 1
