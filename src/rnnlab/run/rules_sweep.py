"""What the settings of sweeps and launchers may be."""

from __future__ import annotations

from rnnlab.run.rule import OPTIONAL_SIZE, SIZE, Choice, Flag, Number, Pattern, Rule

SAMPLERS = ("grid", "random", "tpe", "cmaes", "gp", "qmc", "nsga2")
PRUNERS = ("none", "median", "successive_halving", "hyperband")
COUNT = Number(0, whole=True)
SPAN = Number(0, open="low")

SWEEP_RULES: dict[str, Rule] = {
    "sweep.sampler": Choice(SAMPLERS),
    "sweep.trials": OPTIONAL_SIZE,
    "sweep.seeds": SIZE,
    "sweep.pruner": Choice(PRUNERS),
    "sweep.max_failure_rate": Number(0, 1),
    "sweep.retries": COUNT,
    "sweep.heartbeat": SPAN,
    "sweep.heartbeat_timeout": SPAN,
    "sweep.kill_after": SPAN,
    "sweep.seed": COUNT,
    "sweep.dry_run": Flag(),
    "sweep.retry_failed": Flag(),
    "sweep.name": Pattern(r"[\w.][\w.+-]*", "a folder's name of letters, digits and . _ + -"),
    "launcher.name": Choice(("local", "slurm", "ray")),
    "launcher.workers": SIZE,
    "launcher.jobs_per_gpu": SIZE,
    "launcher.gpus": COUNT,
    "launcher.cpus": SIZE,
    "launcher.memory": Pattern(r"\d+[KMGT]?", "a size such as 16G"),
    "launcher.time": Pattern(r"(\d+-)?\d+(:\d\d){0,2}", "Slurm's time such as 4:00:00 or 1-00:00:00"),
    "launcher.grace": SIZE,
    "launcher.detach": Flag(),
}
