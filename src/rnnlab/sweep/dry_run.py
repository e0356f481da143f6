"""What a sweep would run, told without running any of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from omegaconf import DictConfig

from rnnlab.report.tables import duration, render
from rnnlab.sweep.composer import Composer
from rnnlab.sweep.desk import jobs_of
from rnnlab.sweep.sizes import Sizes, vocabulary
from rnnlab.sweep.spec import Spec

SHOWN = 10  # jobs at either end of a long list
MOST_NETWORKS = 24  # that are counted
MOST_RUNS = 50  # earlier ones that are looked at
SIZED = ("model", "tokenizer", "embedding", "task", "text", "experiment")
_sizes: list[Sizes] = []


def warm_up() -> None:
    """Begin what takes longest, beside what Hydra does."""
    _sizes.append(Sizes())


def dry_run(spec: Spec, cfg: DictConfig, composer: Composer) -> str:
    """The jobs with their choices and sizes, and what time they may take."""
    if spec.sampler == "grid":
        jobs = [job for values in spec.space.grid() for job in jobs_of(spec, values)]
        jobs = jobs if spec.trials is None else jobs[: spec.trials * spec.seeds]
        return "\n".join([grid_table(spec, jobs, composer), *estimate(spec, cfg, len(jobs))])
    lines = [f"{spec.sampler} over {len(spec.space.dimensions)} settings:", *space_lines(spec)]
    count = None if spec.trials is None else spec.trials * spec.seeds
    return "\n".join([*lines, *estimate(spec, cfg, count)])


def grid_table(spec: Spec, jobs: Sequence[dict[str, Any]], composer: Composer) -> str:
    """One row a job, the middle of many left out."""
    networks = sizes_of(spec, jobs, composer)
    keys = list(dict.fromkeys(o.partition("=")[0] for job in jobs for o in job["overrides"]))
    rows = []
    for number, job in enumerate(jobs):
        if SHOWN <= number < len(jobs) - SHOWN:
            continue
        if number == len(jobs) - SHOWN and len(jobs) > 2 * SHOWN:
            rows.append(["...", *[""] * len(keys), ""])
        chosen = dict(o.partition("=")[::2] for o in job["overrides"])
        size = networks.get(sized(job["overrides"]))
        rows.append(
            [str(number), *(chosen.get(key, "") for key in keys), "" if size is None else f"{size:,}"]
        )
    return render(["job", *keys, "parameters"], rows)


def sized(overrides: Sequence[str]) -> tuple[str, ...]:
    """Those of a job's overrides that a network's size may depend on."""
    return tuple(o for o in overrides if o.lstrip("+").partition("=")[0].partition(".")[0] in SIZED)


def sizes_of(
    spec: Spec, jobs: Sequence[dict[str, Any]], composer: Composer
) -> dict[tuple[str, ...], int | None]:
    """Parameters of the first networks that differ."""
    distinct = list(dict.fromkeys(sized(job["overrides"]) for job in jobs))[:MOST_NETWORKS]
    configs = [composer.config([*spec.overrides, *overrides]) for overrides in distinct]
    counting = _sizes.pop() if _sizes else Sizes()
    return dict(zip(distinct, counting.count(configs), strict=True))


def space_lines(spec: Spec) -> list[str]:
    lines = []
    for d in spec.space.dimensions:
        values = ", ".join(d.values) if d.kind == "choice" else f"{d.low:g} to {d.high:g}" + " (log)" * d.log
        lines.append(f"  {d.key}: {values}" + (f", when {d.when}" if d.when else ""))
    lines += [f"  with {constraint}" for constraint in spec.space.constraints]
    lines += [f"  first: {first}" for first in spec.first]
    return lines


def estimate(spec: Spec, cfg: DictConfig, count: int | None) -> list[str]:
    """How many jobs on how many workers, and from earlier runs how long they take."""
    workers = int(spec.launcher.get("workers", 1))
    jobs = "jobs until sweep.timeout" if count is None else f"{count:,} job{'s' * (count != 1)}"
    lines = [f"{jobs} on {workers} worker{'s' * (workers > 1)}, launcher {spec.launcher['name']}"]
    lines.append(
        f"parameters: with the largest vocabulary that the tokenizer may have, {vocabulary(cfg):,} tokens"
    )
    times = earlier(Path(cfg.paths.output_dir), cfg.task.name)
    if not times:
        return [*lines, f"time: no finished run of task={cfg.task.name} to judge by", "nothing was started"]
    each = median(times)
    whole = "" if count is None else f", {duration(each * -(-count // workers))} for all"
    lines.append(
        f"time: {duration(each)} a job, the median of {len(times)} earlier runs of {cfg.task.name}{whole}"
    )
    return [*lines, "nothing was started"]


def earlier(outputs: Path, task: str) -> list[float]:
    """Seconds of the latest finished runs of a task."""
    found = sorted(outputs.glob(f"{task}/*/*/result.json"), key=lambda path: path.parent.name)[-MOST_RUNS:]
    results = [json.loads(path.read_text(encoding="utf-8")) for path in found]
    return [float(result["seconds"]) for result in results if result.get("status") == "finished"]
