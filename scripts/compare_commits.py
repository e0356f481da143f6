"""Check that two commits train alike: compare every logged number and saved weight to the last bit.

    python scripts/compare_commits.py main .                     # the working tree against main
    python scripts/compare_commits.py v1 v2 --cache ~/trained    # v1 is trained once, then read from there
    python scripts/compare_commits.py main . --case bf16 --case resume --steps 20

Each commit is checked out to a temporary git worktree, and every case is trained there by `python train.py`
in this Python's environment: small models, a fixed seed, one thread, 200 steps in two epochs. Real texts come
from RNNLAB_DATA_DIR if it is set, else they are generated. It compares metrics.csv, result.json and all
tensors of the checkpoints (weights, averages, states of the optimizer and of the random generators). What
depends on time, speed, memory or processes is left out (LEFT_OUT). Numbers that only the new commit has are
counted, but are no difference. Exit code 0: all cases are equal; 1: something differs, or a training failed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.report.tables import render

ROOT = Path(__file__).parents[1]
WORKING_TREE = (".", "worktree")
LEFT_OUT = ("seconds", "per_second", "memory", "pid", "date", "time")  # endings of names
SHOWN = 3  # differences of a case
TEXTS = "{texts}"  # a folder of generated texts, one per style
STYLES = {
    "plain": "the cat saw a dog and it ran home by the old road",
    "grand": "O mighty thunder, whose dominion doth astonish heaven;",
    "short": "go on. no! why? well, so be it.",
}
STOP = '''\
"""Stops a training after a step, as somebody does who kills it."""

import os
import signal

from pytorch_lightning.callbacks import Callback


class StopAfter(Callback):
    def __init__(self, step):
        self.step = step

    def on_train_batch_end(self, trainer, *arguments):
        if trainer.global_step == self.step:
            os.kill(os.getpid(), signal.SIGTERM)
'''
SMALL = ["model.embedding_size=16", "model.hidden_size=16", "data.batch_size=16"]
IMDB = ["task=imdb", "data.max_length=200", *SMALL]
TWEETS = ["task=tweets", *SMALL]
PLAYS = ["task=shakespeare", "data.window=32", "task.samples.length=40", "task.samples.temperatures=[0.8]"]
PLAYS += SMALL
STYLED = ["data=styles", f"data.paths=[{','.join(f'{TEXTS}/{name}.txt' for name in STYLES)}]"]


class Case(NamedTuple):
    """A training: settings for train.py, the data set to use without files, and whether to stop it once."""

    settings: list[str]
    generated: str | None = "synthetic"
    stopped: bool = False


CASES = {
    "imdb": Case([*IMDB, "model=bilstm"]),
    "tweets": Case([*TWEETS, "model=gru_attention"]),
    "shakespeare": Case([*PLAYS, "model=lstm"], "synthetic_brackets"),
    "bf16": Case([*IMDB, "model=lstm", "trainer.precision=bf16-mixed"]),
    "resume": Case([*TWEETS, "model=lstm", "model.dropout=0.3"], stopped=True),
    "members": Case([*TWEETS, "model=gru", "model.members=2"]),
    "styles": Case([*PLAYS, *STYLED, "model=lstm", "model.style_size=4"], None),
}


class Trained(NamedTuple):
    """Results of a training: each number as written in its file, and each tensor of the checkpoints."""

    numbers: dict[str, str]
    tensors: dict[str, Tensor]


class Failed(Exception):
    """A training that failed; the text is the last line that it printed."""


class Number(str):
    """A number of a JSON file, as written there."""


def settings_of(case: Case, steps: int, real: bool) -> list[str]:
    """Return the settings of a training of `steps` steps, in two epochs."""
    settings = list(case.settings)
    half = max(1, steps // 2)
    if not real and case.generated:
        settings.append(f"data={case.generated}")
    if "task=shakespeare" not in settings:
        settings.append(f"data.train_rows={max(400, 20 * half)}")
    settings += ["seed=1", "threads=1", "report=false", "trainer.max_epochs=2"]
    settings += [f"trainer.limit_train_batches={half}", f"trainer.log_every_n_steps={max(1, steps // 20)}"]
    settings += [f"trainer.limit_{split}_batches=4" for split in ("val", "test")]
    if case.stopped:  # in the second epoch, where there is more to restore
        stop = max(1, 2 * steps // 3)
        settings.append(f"+callback.stop={{_target_: stop_after.StopAfter, step: {stop}}}")
    return settings


class Tree:
    """A checkout that can train.

    Args:
        path: the folder of the checkout.
        work: a folder for caches, generated texts and run folders.
    """

    def __init__(self, path: Path, work: Path) -> None:
        self.path, self.work = path, work
        (work / "own").mkdir(parents=True)
        (work / "own" / "stop_after.py").write_text(STOP, encoding="utf-8")
        for name, line in STYLES.items():
            drawn = random.Random(name)
            lines = (" ".join(drawn.choices(line.split(), k=8)) for _ in range(1200))
            (work / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def train(self, name: str, case: Case, settings: list[str]) -> Trained:
        """Train, and return the training's numbers and tensors.

        Raises:
            Failed: the training ended with an error, or did not stop when it should have.
        """
        outputs = self.work / "outputs" / name
        given = [setting.replace(TEXTS, str(self.work)) for setting in settings]
        code, said = self._run([*given, f"paths.output_dir={outputs}"])
        if case.stopped:
            stopped = list(outputs.rglob("last.ckpt"))
            if not code or len(stopped) != 1:
                raise Failed(f"was to be stopped once: {said}")
            code, said = self._run([f"resume={stopped[0].parents[1]}"])
        if code:
            raise Failed(said)
        return Trained(dict(numbers(outputs)), dict(tensors(outputs)))

    def _run(self, settings: list[str]) -> tuple[int, str]:
        paths = os.pathsep.join([str(self.path / "src"), str(self.work / "own")])
        own = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
        own |= {f"RNNLAB_{kind.upper()}_DIR": str(self.work / kind) for kind in ("cache", "config")}
        command = [sys.executable, "train.py", *settings]
        done = subprocess.run(command, cwd=self.path, env=own, capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).strip().splitlines()
        return done.returncode, lines[-1] if lines else f"exit code {done.returncode}"


def numbers(folder: Path) -> Iterator[tuple[str, str]]:
    """Return each number of the metrics.csv and result.json below the folder, by name."""
    for path in folder.rglob("metrics.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for index, row in enumerate(csv.DictReader(file)):
                for name, value in row.items():
                    if value and not name.endswith(LEFT_OUT):
                        yield f"metrics.csv row {index + 1}: {name}", value
    for path in folder.rglob("result.json"):
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)
        for name, value in leaves(content):
            if isinstance(value, Number) and not name.endswith(LEFT_OUT):
                yield f"result.json: {name}", str(value)


def tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Return each tensor of the checkpoints below the folder, by name."""
    for path in folder.rglob("*.ckpt"):
        for name, value in leaves(torch.load(path, map_location="cpu", weights_only=True)):
            if isinstance(value, Tensor) and not name.endswith(LEFT_OUT):
                yield f"{path.name}: {name}", value


def leaves(content: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values in nested dicts and lists, each with the keys that lead to it."""
    if isinstance(content, dict):
        inside = list(content.items())
    elif isinstance(content, list | tuple):
        inside = list(enumerate(content))
    else:
        yield name, content
        return
    for key, value in inside:
        yield from leaves(value, f"{name} {key}".strip())


def differences(old: Trained, new: Trained) -> list[str]:
    """Return numbers that are missing or differ in the new training, and tensors that differ."""
    found = [
        f"{name} {value}, now {new.numbers.get(name, 'absent')}"
        for name, value in old.numbers.items()
        if new.numbers.get(name) != value
    ]
    for name in old.tensors | new.tensors:
        if name not in new.tensors or name not in old.tensors:
            found.append(f"{name} is only in the {'old' if name in old.tensors else 'new'}")
        elif apart := tensor_difference(old.tensors[name], new.tensors[name]):
            found.append(f"{name} {apart}")
    return found


def tensor_difference(old: Tensor, new: Tensor) -> str:
    """Describe how two tensors differ; return "" if all their bits are equal."""
    if (old.dtype, old.shape) != (new.dtype, new.shape):
        return f"{old.dtype} {tuple(old.shape)}, now {new.dtype} {tuple(new.shape)}"
    bits = [one.contiguous().flatten().view(torch.uint8) for one in (old, new)]
    if torch.equal(*bits):
        return ""
    apart = (old.double() - new.double()).abs()
    return f"differs in {int((apart != 0).sum())} of {apart.numel()} elements, by at most {apart.max():.3g}"


class Kept:
    """Cache of a commit's trainings, by case and all that they depend on; none without a folder."""

    def __init__(self, folder: Path | None, commit: str, data: str) -> None:
        self.folder, self.commit = folder, commit
        self.about = [torch.__version__, sys.version, data]

    def path(self, name: str, settings: list[str]) -> Path | None:
        if self.folder is None or self.commit in WORKING_TREE:
            return None
        key = hashlib.sha256(json.dumps([settings, self.about]).encode()).hexdigest()[:12]
        return self.folder / f"{self.commit[:12]}-{name}-{key}.pt"

    def read(self, name: str, settings: list[str]) -> Trained | None:
        path = self.path(name, settings)
        if path is None or not path.is_file():
            return None
        return Trained(*torch.load(path, weights_only=True))

    def write(self, name: str, settings: list[str], trained: Trained) -> None:
        path = self.path(name, settings)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}")
            torch.save(tuple(trained), part)
            os.replace(part, path)


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"error: git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def checked_out(commit: str, work: Path) -> Iterator[Tree]:
    """Yield a temporary checkout of the commit; the working tree itself is used in place."""
    if commit in WORKING_TREE:
        yield Tree(ROOT, work)
        return
    git("worktree", "add", "--quiet", "--detach", str(work / "tree"), commit)
    try:
        yield Tree(work / "tree", work)
    finally:
        git("worktree", "remove", "--force", str(work / "tree"))


def compare(name: str, trees: list[Tree], steps: int, kept: Kept) -> tuple[bool, list[str]]:
    """Train a case on both sides; return whether they are equal, and the row of the table."""
    case, real = CASES[name], bool(os.environ.get("RNNLAB_DATA_DIR"))
    settings, start = settings_of(case, steps, real), time.monotonic()
    old = kept.read(name, settings)
    cached = old is not None
    try:
        if old is None:
            old = trees[0].train(name, case, settings)
            kept.write(name, settings, old)
        new = trees[1].train(name, case, settings)
    except Failed as error:
        side = "new" if old is not None else "old"
        print(f"{name}: the {side} one failed", flush=True)
        return False, [name, "", "", f"the {side} one failed: {error}"]
    found = differences(old, new)
    added = len(new.numbers.keys() - old.numbers.keys())
    verdict = "equal" if not found else f"{len(found)} differ: {'; '.join(found[:SHOWN])}"
    verdict += f" ({added} numbers are new)" if added else ""
    source = "the old one from the cache, " if cached else ""
    print(f"{name}: {source}{time.monotonic() - start:.0f} s", flush=True)
    return not found, [name, f"{len(old.numbers)}", f"{len(old.tensors)}", verdict]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", help="a commit, or . for the working tree")
    parser.add_argument("new", help="a commit, or . for the working tree")
    parser.add_argument("--steps", type=int, default=200, help="of each training (default 200)")
    parser.add_argument("--case", action="append", choices=CASES, help="this case alone; may be repeated")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep what the old commit trained there")
    arguments = parser.parse_args()
    if arguments.steps < 2:
        parser.error(f"--steps {arguments.steps}: must be at least 2")
    names = [arguments.old, arguments.new]
    commits = [n if n in WORKING_TREE else git("rev-parse", "--verify", f"{n}^{{commit}}") for n in names]
    kept = Kept(arguments.cache, commits[0], os.environ.get("RNNLAB_DATA_DIR", ""))
    with tempfile.TemporaryDirectory(prefix="compare_commits_") as folder, ExitStack() as stack:
        trees = [
            stack.enter_context(checked_out(commit, Path(folder) / side))
            for side, commit in zip(("old", "new"), commits, strict=True)
        ]
        compared = [compare(name, trees, arguments.steps, kept) for name in arguments.case or CASES]
    print("\n" + " against ".join(f"{n} ({c[:9]})" for n, c in zip(names, commits, strict=True)))
    print(render(["case", "numbers", "tensors", "verdict"], [row for _, row in compared]))
    sys.exit(0 if all(equal for equal, _ in compared) else 1)


if __name__ == "__main__":
    main()
