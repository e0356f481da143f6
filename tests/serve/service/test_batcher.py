import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rnnlab.kinds.use import Answerer
from rnnlab.serve.service.batcher import LONG, Batcher, Workers
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.refusal import Refusal


class Lengths(Answerer):
    """Predicts the length of a text, and remembers its batches."""

    def __init__(self):
        self.batches = []

    def encode(self, texts):
        return [np.array([len(text)]) for text in texts]

    def compute(self, ids):
        self.batches.append(len(ids))
        if any(row[0] == 13 for row in ids):
            raise RuntimeError("unlucky")
        return np.stack(ids)


def batching(ask, limits):
    """What `await ask(batcher)` returns, and the sizes of the batches."""
    predictor = Lengths()

    async def whole():
        with ThreadPoolExecutor(1) as encode, ThreadPoolExecutor(1) as compute:
            batcher = Batcher(predictor, Workers(encode, compute), limits)
            batcher.start()
            try:
                return await ask(batcher)
            finally:
                await batcher.close()

    return asyncio.run(whole()), predictor.batches


def test_texts_of_many_clients_are_read_together_and_each_gets_its_own_rows():
    async def ask(batcher):
        return await asyncio.gather(*(batcher.submit(["a" * n, "b" * (n + 100)]) for n in range(1, 9)))

    answers, batches = batching(ask, Limits(max_batch=64, max_wait_ms=20))
    assert [[int(row[0]) for row in answer.outputs] for answer in answers] == [
        [n, n + 100] for n in range(1, 9)
    ]
    assert batches == [16]


def test_a_long_request_is_cut_into_batches_and_put_together_again():
    async def ask(batcher):
        return await batcher.submit(["a" * n for n in range(100, 110)])

    answer, batches = batching(ask, Limits(max_batch=4, max_wait_ms=0))
    assert [int(row[0]) for row in answer.outputs] == list(range(100, 110))
    assert batches == [4, 4, 2]


def test_long_texts_are_encoded_in_a_thread_and_come_out_right():
    async def ask(batcher):
        return await batcher.submit(["a" * (LONG + 1), "b"])

    answer, _ = batching(ask, Limits())
    assert [int(row[0]) for row in answer.outputs] == [LONG + 1, 1]


def test_what_does_not_fit_the_queue_is_refused_at_once_and_the_rest_is_answered():
    async def ask(batcher):
        asked = [asyncio.create_task(batcher.submit(["a", "bb"])) for _ in range(4)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return answers, len(batcher)

    (answers, left), _ = batching(ask, Limits(queue=4, max_wait_ms=20))
    assert [isinstance(answer, Refusal) for answer in answers] == [False, False, True, True]
    assert answers[2].status == 503
    assert "retry-after" in answers[2].headers
    assert left == 0


def test_an_error_reaches_its_batch_and_the_next_batch_is_read():
    async def ask(batcher):
        with pytest.raises(RuntimeError, match="unlucky"):
            await batcher.submit(["a" * 13])
        return await batcher.submit(["a"])

    answer, _ = batching(ask, Limits(max_wait_ms=0))
    assert int(answer.outputs[0][0]) == 1


def test_texts_of_a_client_that_went_away_are_not_read():
    async def ask(batcher):
        gone = asyncio.create_task(batcher.submit(["gone"]))
        await asyncio.sleep(0)
        gone.cancel()
        return await batcher.submit(["here"])

    _, batches = batching(ask, Limits(max_wait_ms=20))
    assert batches == [1]
