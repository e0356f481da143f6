"""Folders as a stranger may send them, built from a run that is fine. Every payload only touches a file."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

DEEP = "[" * 200_000
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(9))}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


class Touch:
    """Unpickled, it touches a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.marker}'",)


def copied(run: Path, place: Path) -> Path:
    shutil.copytree(run, place)
    return place


def config_of(run: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((run / "config.yaml").read_text()))


def with_config(run: Path, config: dict[str, Any]) -> Path:
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    return run


def payloads(folder: Path, marker: Path) -> dict[str, Any]:
    """Nodes of a config that would touch the marker if Hydra, or anything else, built them."""
    touch = f"touch '{marker}'"
    python = f"open({str(marker)!r}, 'w').close()"
    np.save(folder / "evil.npy", np.array([Touch(marker)], dtype=object), allow_pickle=True)
    torch.save(Touch(marker), folder / "evil.pt")
    (folder / "evil_module_of_a_test.py").write_text(f"{python}\nclass Part: pass\n")
    fine = {"_target_": "rnnlab.text.cleaner.Cleaner", "steps": {}}
    system = {"_target_": "os.system", "command": touch}
    return {
        "os.system": system,
        "subprocess.Popen": {"_target_": "subprocess.Popen", "args": ["sh", "-c", touch]},
        "numpy.load": {"_target_": "numpy.load", "file": str(folder / "evil.npy"), "allow_pickle": True},
        "torch.load": {"_target_": "torch.load", "f": str(folder / "evil.pt"), "weights_only": False},
        "builtins.eval": {"_target_": "builtins.eval", "_args_": [python]},
        "builtins.exec": {"_target_": "builtins.exec", "_args_": [python]},
        "builtins.__import__": {"_target_": "builtins.__import__", "name": "evil_module_of_a_test"},
        "a module of its own": {"_target_": "evil_module_of_a_test.Part"},
        "a function of rnnlab": {"_target_": "rnnlab.cli.main", "argv": ["runs"]},
        "what rnnlab imports": {"_target_": "rnnlab.atomic.shutil.rmtree", "path": str(marker.parent)},
        "nested": {**fine, "steps": {"more": {"deeper": system}}},
        "in a list": {**fine, "steps": [1, [system]]},
        "partial": {**system, "_partial_": True},
        "as an argument": {"_target_": "rnnlab.text.cleaner.Cleaner", "_args_": [system]},
        "an interpolated target": {"_target_": "${task.name}"},
        "the environment": {**fine, "steps": {"x": "${oc.env:HOME}"}},
        "a decoder": {**fine, "steps": {"x": "${oc.decode:${oc.env:HOME}}"}},
        "no text": {"_target_": ["os.system"], "command": touch},
    }


def broken_files(marker: Path) -> dict[str, Callable[[Path], None]]:
    """What can be wrong with the files of a run, by name; each changes the folder that it is given."""

    def file(name: str, content: str | bytes) -> Callable[[Path], None]:
        def put(run: Path) -> None:
            (run / name).write_bytes(content.encode() if isinstance(content, str) else content)

        return put

    def config(text: str) -> Callable[[Path], None]:
        return file("config.yaml", text)

    def pipe(name: str) -> Callable[[Path], None]:
        def put(run: Path) -> None:
            (run / name).unlink()
            os.mkfifo(run / name)

        return put

    def checkpoint(run: Path) -> None:
        torch.save({"state_dict": {"network.x": Touch(marker)}}, run / "checkpoints" / "best.ckpt")

    def packed(run: Path) -> None:
        np.savez_compressed(run / "ngrams.npz", facts=np.zeros(200_000_000, np.uint8))

    def objects(run: Path) -> None:
        np.savez(run / "ngrams.npz", facts=np.array([Touch(marker)], dtype=object))

    names = ("config.yaml", "result.json", "tokenizer.json", "overrides.yaml")
    return {
        "config: alias bomb": config(BOMB),
        "config: 50,000 brackets": config("[" * 50_000),
        "config: 50,000 nested mappings": config("{a: " * 50_000),
        "config: python object": config(
            "text: !!python/object/apply:os.system ['touch " + str(marker) + "']"
        ),
        "config: a list": config("[1, 2]"),
        "config: nothing": config(""),
        "config: text": config("just words"),
        "config: parts of other kinds": config("task: 1\ndata: [2]\nmodel: x\ntext: y\ntokenizer: 3\n"),
        "tokenizer: brackets": file("tokenizer.json", DEEP),
        "tokenizer: closed brackets": file("tokenizer.json", DEEP + "]" * len(DEEP)),
        "tokenizer: mappings": file("tokenizer.json", '{"type": ' * 200_000),
        "tokenizer: a list": file("tokenizer.json", "[]"),
        "tokenizer: a huge number": file("tokenizer.json", '{"type": ' + "9" * 100_000 + "}"),
        "result: brackets": file("result.json", DEEP),
        "result: of other kinds": file("result.json", '{"metrics": [], "data": 3, "model": "x", "git": 1}'),
        "result: a list": file("result.json", "[1]"),
        "overrides: alias bomb": file("overrides.yaml", BOMB),
        "overrides: brackets": file("overrides.yaml", DEEP),
        "metrics: no table": file("metrics.csv", b"\x00\xff" * 1000),
        "metrics: a long line": file("metrics.csv", "a," * 200_000),
        "predictions: no parquet": file("predictions.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1"),
        "checkpoint: code": checkpoint,
        "checkpoint: plain pickle": file("checkpoints/best.ckpt", pickle.dumps(Touch(marker))),
        "checkpoint: cut off": lambda run: os.truncate(run / "checkpoints" / "best.ckpt", 2000),
        "checkpoint: nothing": file("checkpoints/best.ckpt", b""),
        "n-grams: objects": objects,
        "n-grams: packed": packed,
        **{f"{name}: a pipe": pipe(name) for name in names},
    }


def sweep_of(run: Path, place: Path, target: str, marker: Path) -> Path:
    """A sweep whose one job is that run, whose overrides and frozen code would touch the marker."""
    place.mkdir(parents=True)
    shutil.copytree(run, place / "0")
    (place / "code" / "conf").mkdir(parents=True)
    (place / "code" / "train.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    override = f'+callback.evil={{_target_: {target}, command: "touch {marker}"}}'
    spec = {
        **{name: {} for name in ("pruner_options", "sampler_options", "launcher")},
        **dict.fromkeys(("trials", "timeout", "storage"), None),
        "name": place.name,
        "overrides": [override],
        "sampler": "grid",
        "pruner": "none",
        "seeds": 1,
        "first_seed": 1,
        "metrics": ["val/accuracy"],
        "directions": ["maximize"],
        "first": [],
        "max_failure_rate": 1.0,
        "retries": 0,
        "heartbeat": 1.0,
        "heartbeat_timeout": 9.0,
        "seed": 1,
        "created": 0.0,
        "command": "python train.py\nx: y",
        "cwd": "/",
        "space": {"dimensions": [], "zips": [], "constraints": []},
    }
    (place / "sweep.yaml").write_text(yaml.safe_dump(spec))
    jobs = [{"overrides": [override], "values": {}}]
    events = [
        {"op": "add", "jobs": jobs},
        {"op": "claim", "w": "a", "t": 1.0, "job": 0},
        {"op": "end", "w": "a", "t": 2.0, "job": 0, "state": "finished", "objective": [0.5]},
    ]
    (place / "ledger.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return place
