"""README.md's commands, typed in order in one shell as a newcomer types them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"(<!-- ci: [\w ]+ -->\n)?^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REAL = bool(os.environ.get("RNNLAB_DATA_DIR"))
# what the test adds to each training: fewer steps, and without data files texts that are made here
SMALL = ["threads=1", "model.hidden_size=8", "model.embedding_size=8", "trainer.max_epochs=1"]
SMALL += ["trainer.limit_train_batches=4", "trainer.limit_val_batches=2", "trainer.limit_test_batches=2"]
SMALL += [] if REAL else ["data=synthetic", "data.train_rows=400"]
SHIM = """#!/bin/sh
if [ "$1" = train.py ]; then shift; exec {python} {root}/train.py "$@" {small}; fi
exec {python} "$@"
"""
ENDLESS = ("rnnlab serve", "rnnlab board")  # they serve until they are stopped


def typed() -> list[str]:
    """Every line of README's bash blocks but those that install and those of `.ci/run`."""
    lines = [line for mark, body in FENCE.findall(README) if not mark for line in body.splitlines()]
    return [line for line in lines if line and not line.startswith(("git clone", "make install"))]


def test_the_readme_is_short_and_names_no_run_by_luck():
    assert len(README.splitlines()) <= 150
    assert not re.search(r"(?<!\w)last(:\w+)?\b(?= |$)", "\n".join(typed()), re.MULTILINE)
    assert [line for line in typed() if not line.startswith(("python train.py", "rnnlab "))] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./-]+)\)|srcset=\"([^\"]+)\"", README))))
def test_every_link_leads_somewhere(path):
    assert (ROOT / (path[0] or path[1])).exists()


@pytest.mark.long
def test_the_commands_work_in_order_in_one_shell(tmp_path):
    shim = tmp_path / "bin" / "python"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(python=sys.executable, root=ROOT, small=" ".join(SMALL)))
    shim.chmod(0o755)
    place = tmp_path / "clone"
    place.mkdir()
    path = f"{shim.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "BROWSER": "true"}
    for line in typed():
        if line.startswith(ENDLESS):
            assert serves(line, place, env), line
        else:
            done = subprocess.run(["bash", "-c", line], cwd=place, env=env, capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert list(place.glob("outputs/tweets/bigru/*/report.html"))
    assert (place / "explained.html").is_file()


def serves(line: str, place: Path, env: dict[str, str]) -> bool:
    """Start a service, read its first page, and stop it."""
    command = line.partition("#")[0].strip()
    printed = place / "printed.txt"
    with printed.open("w") as to:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], cwd=place, env=env, stdout=to, stderr=to
        )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            if found := re.search(r"http://\S+", printed.read_text()):
                return urllib.request.urlopen(found[0], timeout=20).status == 200
            time.sleep(0.1)
        pytest.fail(f"{line}\n{printed.read_text()[-2000:]}")
    finally:
        process.kill()
        process.wait()
