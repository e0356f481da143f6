"""Run workers on a Ray cluster: one actor each, which runs the worker as a process of its node.

Ray places the actors, and restarts one, elsewhere if need be, when it or its node dies; the ledger releases
the lost worker's job by itself. All nodes must see the sweep's folder under the same path.

address=null starts a cluster on this machine, which ends with the process that started it, and so do its
workers. On a cluster that runs (`auto`, or its address) the actors are detached: they outlive this process.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch.base import look_line, worker_environment
from rnnlab.sweep.launch.local import counted, own_cores, own_gpus
from rnnlab.sweep.launch.ray_actor import WorkerActor

LOOK = 2.0  # seconds between two queries of the actors
PLACED = 20.0  # seconds to wait for the first worker to find the folder
NAMESPACE = "rnnlab"


class RayLauncher:
    """Settings: workers, cpus, gpus, address (null, auto, or of a cluster), detach."""

    def check(self, settings: Mapping[str, Any]) -> None:
        if find_spec("ray") is None:
            raise SettingError("launcher", "ray", 'needs ray: pip install -e ".[ray]"')
        if settings.get("address") is None and settings.get("detach"):
            rule = "needs launcher.address: a cluster started by this command ends with it"
            raise SettingError("launcher.detach", True, rule)
        if settings.get("address") is None:
            for name, own in (("cpus", len(own_cores())), ("gpus", len(own_gpus()))):
                if (settings.get(name) or 0) > own:
                    raise SettingError(f"launcher.{name}", settings[name], f"this machine has {own}")

    def start(self, folder: SweepFolder, settings: Mapping[str, Any]) -> RayPool:
        self.check(settings)
        folder.workers.mkdir(exist_ok=True)
        address = settings.get("address")
        connect(address, folder)
        return RayPool(folder, settings, detached=address is not None)


class RayPool:
    """The actors, by slot."""

    def __init__(self, folder: SweepFolder, settings: Mapping[str, Any], detached: bool) -> None:
        import ray

        self.folder, self.detached, self.nodes = folder, detached, len(ray.nodes())
        self._alive, self._looked = int(settings["workers"]), -LOOK
        self._asked: dict[int, Any] = {}
        cpus, gpus = settings.get("cpus") or 1, settings.get("gpus") or 0
        kind: Any = ray.remote(num_cpus=cpus, num_gpus=gpus, max_restarts=-1)(WorkerActor)
        token = f"{time.time()}-{os.getpid()}"
        (folder.workers / "shared").write_text(token, encoding="utf-8")
        self.actors: list[Any] = []
        for slot in range(int(settings["workers"])):
            name = f"{folder.name}-{slot}-{token}" if detached else None
            lifetime = "detached" if detached else None
            actor = kind.options(name=name, lifetime=lifetime)
            self.actors.append(actor.remote(str(folder.path), slot, max(1, int(cpus)), token))
        self._see_one()

    def alive(self) -> int:
        """Return how many actors live; one that waits for a node, or is being restarted, counts."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            self._alive = sum(self._lives(slot) for slot in range(len(self.actors)))
        return self._alive

    def restart_dead(self) -> None:
        """Do nothing: Ray restarts actors."""

    def cancel(self) -> None:
        for actor in self.actors:
            actor.stop.remote()

    def kill(self) -> None:
        """Kill the actors; an actor's worker ends with it, and the training with the worker."""
        import ray

        for actor in self.actors:
            ray.kill(actor)

    def describe(self) -> str:
        where, lasts = "a cluster of this machine", "it ends with this command"
        if self.detached:
            where, lasts = f"a cluster of {counted(self.nodes, 'node')}", "this terminal may close"
        return "\n".join(
            [
                f"{counted(len(self.actors), 'worker')} on {where} (Ray); {lasts}",
                look_line(self.folder),
                f"logs: {self.folder.workers}/SLOT.log",
            ]
        )

    def _lives(self, slot: int) -> bool:
        """Return each actor's last answer; an actor that has not answered is not asked again."""
        import ray

        asked = self._asked.pop(slot, None) or self.actors[slot].works.remote()
        done, _ = ray.wait([asked], timeout=0.2)
        if not done:
            self._asked[slot] = asked
            return True
        try:
            return bool(ray.get(asked))
        except ray.exceptions.ActorUnavailableError:
            return True
        except ray.exceptions.RayActorError:
            return False

    def _see_one(self) -> None:
        """Raise SettingError if the first actor to be placed does not find the folder."""
        import ray

        asked = [actor.works.remote() for actor in self.actors]
        done, _ = ray.wait(asked, timeout=PLACED)
        try:
            ray.get(done)
        except ray.exceptions.RayActorError as error:
            for actor in self.actors:
                ray.kill(actor)
            told = [line for line in str(error).splitlines() if "FileNotFoundError" in line]
            rule = told[-1].partition(": ")[2] if told else str(error)
            raise SettingError("launcher", "ray", rule) from error


def connect(address: str | None, folder: SweepFolder) -> None:
    """Start or join a cluster.

    Raises:
        SettingError: there is no cluster at this address.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    import ray

    if ray.is_initialized():
        ray.shutdown()
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "namespace": NAMESPACE}
    paths = worker_environment(folder, 1)["PYTHONPATH"]
    quiet["runtime_env"] = {"env_vars": {"PYTHONPATH": paths}}
    if address is None:
        quiet |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1", "num_cpus": len(own_cores())}
        ray.init(address="local", **quiet)
        return
    try:
        ray.init(address=address, **quiet)
    except ConnectionError as error:
        rule = "no Ray cluster answers there: start one with `ray start --head`, or give no address\n"
        rule += f"{error}; one that asks for a token lets in who sets RAY_AUTH_MODE=token"
        raise SettingError("launcher.address", address, rule) from error
