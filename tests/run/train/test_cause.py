"""One word for each kind of failure."""

import errno

import pytest
import torch

from rnnlab.errors import Diverged, SettingError
from rnnlab.run.train.cause import cause_of, loader_of

CASES = [
    (MemoryError(), "memory"),
    (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "memory"),
    (RuntimeError("CUDA error: out of memory"), "memory"),
    (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "memory"),
    (RuntimeError("[enforce fail] . DefaultCPUAllocator: can't allocate memory: you tried to"), "memory"),
    (RuntimeError("MPS backend out of memory (MPS allocated: 18 GB)"), "memory"),
    (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
    (OSError(errno.ENOSPC, "No space left on device"), "disk"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk"),
    (RuntimeError("failed to write: [Errno 28] No space left on device"), "disk"),
    (Diverged("the loss became nan at step 7"), "diverged"),
    (SettingError("a", 1, "must be 2"), "setting"),
    (RuntimeError("shapes do not fit"), "error"),
    (OSError(errno.ENOENT, "no such file"), "error"),
]


@pytest.mark.parametrize(("error", "cause"), CASES, ids=lambda value: str(value)[:30])
def test_the_cause_of(error, cause):
    assert cause_of(error) == cause


def test_what_an_error_was_raised_from_counts():
    error = RuntimeError("the checkpoint was not written")
    error.__cause__ = OSError(errno.ENOSPC, "full")
    assert cause_of(error) == "disk"


def test_torch_says_it_in_words_that_are_known():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60)
    assert cause_of(caught.value) == "memory"


@pytest.mark.parametrize(
    ("text", "cause", "words"),
    [
        (
            "DataLoader worker (pid 7) is killed by signal: Killed. ",
            "memory",
            "(pid 7) ended: killed by signal: Killed, which the kernel does where memory runs out",
        ),
        ("DataLoader worker (pid 7) is killed by signal: Bus error. It is", "error", "signal: Bus error"),
        ("DataLoader worker (pid(s) 7, 8) exited unexpectedly", "error", "(pid 7, 8) ended: exited unexp"),
    ],
)
def test_a_process_that_loads_batches_and_dies_is_told_in_words(text, cause, words):
    error = RuntimeError(text)
    assert cause_of(error) == cause
    assert words in str(loader_of(error))
    assert loader_of(RuntimeError("something else")) is None
