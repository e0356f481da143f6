"""Describe what a sweep would run, without running it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from omegaconf import DictConfig

from rnnlab.report.tables import duration, render
from rnnlab.sweep.composer import Composer
from rnnlab.sweep.earlier import Earlier
from rnnlab.sweep.groups import combinations, settings_of_all, tuning_trials
from rnnlab.sweep.space.probe_settings import tries
from rnnlab.sweep.space.sizes import Sizes, plain_parts
from rnnlab.sweep.spec import Spec, jobs_of

SHOWN = 10  # jobs at either end of a long list
MOST_NETWORKS = 24  # that are counted
UNKNOWN_VOCABULARY = 100  # of a tokenizer whose size depends on the text: characters
NO_SIZE = (
    *("seed", "threads", "optimizer", "scheduler", "trainer"),
    *("callback", "logger", "objective", "augment"),
)
_sizes: list[Sizes] = []
Job = Mapping[str, Any]
Size = tuple[str, ...]


class Counted(NamedTuple):
    """Parameters of networks by the choices that they depend on, and the assumed vocabulary sizes."""

    parameters: dict[Size, int | None]
    known: set[int]
    most: set[int]


def warm_up() -> None:
    """Start the slowest part early, in parallel with Hydra."""
    _sizes.append(Sizes())


def dry_run(spec: Spec, cfg: DictConfig, composer: Composer) -> str:
    """Return the jobs with their choices and sizes, and an estimate of their time."""
    earlier = Earlier(Path(cfg.paths.output_dir), cfg.task.name)
    is_grid = spec.sampler == "grid" and not spec.grouped
    settings = spec.space.grid() if is_grid else tries(spec.space)
    jobs = [job for values in settings for job in jobs_of(spec, values)]
    if is_grid and spec.trials is not None:
        jobs = jobs[: spec.trials * spec.seeds]
    counted = sizes_of(spec, jobs, composer, earlier)
    lines = [grid_table(jobs, counted)] if is_grid else space_lines(spec, counted)
    lines += vocabulary_lines(counted)
    count = len(jobs) if is_grid else spec.trials and spec.trials * spec.seeds
    if spec.grouped:
        told, count = group_lines(spec)
        lines += told
    return "\n".join([*lines, *estimate(spec, jobs, count, earlier), "nothing was started"])


def grid_table(jobs: Sequence[Job], counted: Counted) -> str:
    """Return one row per job; the middle of a long list is left out."""
    keys = list(dict.fromkeys(o.partition("=")[0] for job in jobs for o in job["overrides"]))
    rows = []
    for number, job in enumerate(jobs):
        if SHOWN <= number < len(jobs) - SHOWN:
            continue
        if number == len(jobs) - SHOWN and len(jobs) > 2 * SHOWN:
            rows.append(["...", *[""] * len(keys), ""])
        chosen = dict(o.partition("=")[::2] for o in job["overrides"])
        size = counted.parameters.get(sized(job["overrides"]))
        cells = [chosen.get(key, "") for key in keys]
        rows.append([str(number), *cells, "" if size is None else f"{size:,}"])
    return render(["job", *keys, "parameters"], rows)


def space_lines(spec: Spec, counted: Counted) -> list[str]:
    """Return lines that describe the search space and the size of its networks."""
    searched = len(spec.space.dimensions)
    lines = [f"{spec.sampler} over {searched} setting{'s' * (searched != 1)}:"]
    for d in spec.space.dimensions:
        lines.append(f"  {d.key}: {d.told()}" + (f", when {d.when}" if d.when else ""))
    lines += [f"  {' and '.join(keys)} go together" for keys in spec.space.zips]
    lines += [f"  with {constraint}" for constraint in spec.space.constraints]
    lines += [f"  first: {first}" for first in spec.first]
    sizes = sorted(size for size in counted.parameters.values() if size is not None)
    if sizes:
        ends = f"{sizes[0]:,}" + (f" to {sizes[-1]:,}" if sizes[-1] > sizes[0] else "")
        lines.append(f"parameters: {ends}")
    return lines


def group_lines(spec: Spec) -> tuple[list[str], int]:
    """Return lines about groups that are tuned separately, and the number of all jobs."""
    groups, tuning = len(combinations(spec)), sum(map(len, tuning_trials(spec)))
    fresh = groups * spec.confirm_seeds
    named = f" by {', '.join(spec.each)}" if spec.each else ""
    lines = [f"{groups:,} group{'s' * (groups != 1)}{named}, each tuned with the same list of settings:"]
    settings = [spec.space.overrides(values) for values in settings_of_all(spec)]
    lines += [f"  {number}: {' '.join(setting)}" for number, setting in enumerate(settings)]
    start = spec.first_seed + spec.seeds
    seeds = f"{start} to {start + spec.confirm_seeds - 1}"
    lines += [f"trainings that tune have {' '.join(spec.tune)}"] if spec.tune else []
    lines += [f"then the best of each with the seeds {seeds}"] if spec.confirm_seeds else []
    if spec.enough is not None:
        lines.append(f"a group's tuning ends once {spec.enough} settings reach {spec.enough_value:g}")
    lines.append(f"{tuning:,} jobs of tuning and {fresh:,} with fresh seeds")
    return lines, tuning + fresh


def sized(overrides: Sequence[str]) -> Size:
    """Return those of a job's overrides that a network's size may depend on."""
    return tuple(o for o in overrides if o.lstrip("+~").partition("=")[0].partition(".")[0] not in NO_SIZE)


def sizes_of(spec: Spec, jobs: Sequence[Job], composer: Composer, earlier: Earlier) -> Counted:
    """Count parameters of the first distinct networks, of a long grid only those of the jobs shown."""
    ends = [*jobs[:SHOWN], *jobs[-SHOWN:]] if spec.sampler == "grid" else jobs
    distinct = list(dict.fromkeys(sized(job["overrides"]) for job in ends))[:MOST_NETWORKS]
    parts = [plain_parts(composer.config([*spec.overrides, *overrides])) for overrides in distinct]
    found: dict[str, int | None] = {}
    for part in parts:
        text = str((part.get("tokenizer"), part.get("text"), part["data"].get("name")))
        if text not in found:
            found[text] = earlier.vocabulary(part)
        part["vocabulary"] = found[text]
    most = [int(part.get("tokenizer", {}).get("vocab_size") or UNKNOWN_VOCABULARY) for part in parts]
    known = [part.pop("vocabulary") for part in parts]
    taken = [most[place] if size is None else size for place, size in enumerate(known)]
    counting = _sizes.pop() if _sizes else Sizes()
    sizes = counting.count(parts, taken)
    unknown = {size for size, old in zip(most, known, strict=True) if old is None}
    return Counted(dict(zip(distinct, sizes, strict=True)), {size for size in known if size}, unknown)


def vocabulary_lines(counted: Counted) -> list[str]:
    """Return lines about the vocabulary sizes behind the parameter counts."""
    lines = [f"vocabulary: {size:,} tokens, as in an earlier run" for size in sorted(counted.known)]
    for size in sorted(counted.most):
        why = "taken for a tokenizer whose size the text tells"
        why = (
            why
            if size == UNKNOWN_VOCABULARY
            else "the most that the tokenizer may have; fewer if the text has"
        )
        lines.append(f"vocabulary: {size:,} tokens, {why}")
    return lines


def estimate(spec: Spec, jobs: Sequence[Job], count: int | None, earlier: Earlier) -> list[str]:
    """Estimate the time of all jobs from earlier runs."""
    workers = int(spec.launcher.get("workers") or 1)
    what = "jobs until sweep.timeout" if count is None else f"{count:,} job{'s' * (count != 1)}"
    lines = [f"{what} on {workers} worker{'s' * (workers != 1)}, launcher {spec.launcher['name']}"]
    times = [earlier.seconds(model_of([*spec.overrides, *job["overrides"]])) for job in jobs]
    known = [time for time in times if time is not None]
    if not known:
        return [*lines, f"time: no earlier run of {earlier.task} to judge by"]
    each = sum(known) / len(known)
    text = f"time: about {duration(each)} a job, by the median of earlier runs of {earlier.task}"
    if count is not None:
        text += f"; {duration(each * -(-count // workers))} for all"
        text += " without pruning" if spec.pruner != "none" else ""
    if spec.timeout is not None:
        text += f"; nothing new starts after {duration(spec.timeout)}"
    return [*lines, text]


def model_of(overrides: Sequence[str]) -> str | None:
    """Return the model in the overrides, or None."""
    typed = [o.partition("=")[2] for o in overrides if o.startswith("model=")]
    return typed[-1] if typed else None
