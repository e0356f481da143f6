"""What all tests share: one thread, no deadlines on a busy machine, and a cache of their own."""

import os
import sys

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: small tensors gain nothing by more
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # runs with more threads do not spin on a busy machine
settings.register_profile("rnnlab", deadline=None)
settings.load_profile("rnnlab")


@pytest.fixture(scope="session", autouse=True)
def private_cache(tmp_path_factory):
    """Downloads and encoded texts go to a temporary cache, except where RNNLAB_CACHE_DIR names one."""
    with pytest.MonkeyPatch.context() as patch:
        if "RNNLAB_CACHE_DIR" not in os.environ:
            patch.setenv("RNNLAB_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def denormal_numbers():
    """A run flushes them for its whole process, which hypothesis would notice in a later test."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)
