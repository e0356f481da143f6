"""Rules for the settings of sweeps and launchers."""

from __future__ import annotations

from rnnlab.rule import COUNT, SEED, SIZE, Choice, Flag, Number, Pattern
from rnnlab.rule_lists import Rule

SAMPLERS = ("grid", "random", "tpe", "cmaes", "gp", "qmc", "nsga2")
PRUNERS = ("none", "median", "successive_halving", "hyperband")
SPAN = Number(0, 10**6, open="low")  # seconds
WORKERS = Number(1, 10**5, whole=True)

SWEEP_RULES: dict[str, Rule] = {
    "sweep.sampler": Choice(SAMPLERS),
    "sweep.trials": Number(1, 10**6, whole=True, words=(None,)),
    "sweep.seeds": Number(1, 10**4, whole=True),
    "sweep.confirm_seeds": Number(0, 10**4, whole=True),
    "sweep.enough": Number(1, 10**6, whole=True, words=(None,)),
    "sweep.pruner": Choice(PRUNERS),
    "sweep.max_failure_rate": Number(0, 1),
    "sweep.retries": COUNT,
    "sweep.heartbeat": SPAN,
    "sweep.heartbeat_timeout": SPAN,
    "sweep.kill_after": SPAN,
    "sweep.seed": SEED,
    "sweep.dry_run": Flag(),
    "sweep.retry_failed": Flag(),
    "sweep.name": Pattern(r"[\w.][\w.+-]*", "a folder's name of letters, digits and . _ + -"),
    "launcher.name": Choice(("local", "slurm", "ray")),
    "launcher.workers": WORKERS,
    "launcher.jobs_per_gpu": WORKERS,
    "launcher.gpus": COUNT,
    "launcher.cpus": WORKERS,
    "launcher.memory": Pattern(r"\d+[KMGT]?", "a size such as 16G"),
    "launcher.time": Pattern(r"(\d+-)?\d+(:\d\d){0,2}", "Slurm's time such as 4:00:00 or 1-00:00:00"),
    "launcher.grace": SIZE,
    "launcher.warm": Flag(),
    "launcher.detach": Flag(),
}
