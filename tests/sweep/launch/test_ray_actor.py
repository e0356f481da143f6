import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from rnnlab.sweep.launch.ray_actor import WorkerActor


@pytest.fixture
def actor(fake: Any) -> WorkerActor:
    """It needs no Ray to run a worker."""
    (fake.folder.workers / "shared").write_text("token")
    fake.stay()
    return WorkerActor(str(fake.folder.path), 1, 3, "token")


def test_it_runs_a_worker_to_its_end(actor: WorkerActor, fake: Any, wait_until: Callable[..., Any]) -> None:
    seen = fake.seen(1)
    assert (seen["pid"], seen["RNNLAB_THREADS"]) == (actor.pid(), "3")
    assert actor.works()
    fake.stay(False)
    wait_until(lambda: not actor.works())
    assert actor.process.returncode == 0


def test_a_killed_worker_is_started_again_and_one_told_to_stop_is_not(
    actor: WorkerActor, fake: Any, wait_until: Callable[..., Any]
) -> None:
    first = fake.seen(1)["pid"]
    os.kill(first, signal.SIGKILL)
    assert fake.seen(1, but=first)["pid"] == actor.pid() != first
    actor.stop()
    wait_until(lambda: not actor.works())
    assert actor.process.returncode == 143


@pytest.mark.parametrize("token", ["another", None])
def test_a_node_that_does_not_see_the_folder_says_so(fake: Any, token: str | None) -> None:
    if token is not None:
        (fake.folder.workers / "shared").write_text(token)
    with pytest.raises(FileNotFoundError, match="must lie on a file system that all nodes share"):
        WorkerActor(str(fake.folder.path), 0, 1, "token")
