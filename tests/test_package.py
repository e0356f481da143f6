"""The wheel and the sdist, installed without a clone in an empty folder; files about the package agree."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.request
import venv
from pathlib import Path

import pytest
import yaml

import rnnlab

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("src", "conf", "train.py", "setup.py", "MANIFEST.in", "pyproject.toml", "README.md", "LICENSE")
BUILD = "import sys; from setuptools import build_meta as b; print(b.build_wheel(*sys.argv[1:]))"
PACK = BUILD.replace("build_wheel", "build_sdist")
SMALL = ["data=synthetic", "data.train_rows=300", "data.validation_rows=60", "data.test_rows=60"]
SMALL += ["model.hidden_size=8", "model.embedding_size=8", "trainer.max_epochs=1", "threads=1"]


def test_every_file_names_the_same_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert project["version"] == rnnlab.__version__ == citation["version"]
    assert project["license"] == citation["license"]


def test_pre_commit_runs_the_ruff_of_the_constraints():
    pinned = re.search(r"(?m)^ruff==.*$", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0][
        "hooks"
    ]
    assert [hook["additional_dependencies"] for hook in hooks] == [[pinned[0]]] * 2


class Installed:
    """An environment with rnnlab from a wheel, what it needs from this one, and an empty working folder."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.python, self.folder = folder / "env" / "bin" / "python", folder / "work"
        self.folder.mkdir()
        venv.create(folder / "env", with_pip=False)
        (site,) = (folder / "env" / "lib").glob("python*/site-packages")
        # a line of its own, so that the .pth file of an editable installation there is not read
        (site / "running.pth").write_text(
            "\n".join(path for path in sys.path if path.endswith("site-packages"))
        )
        hidden = ("PYTHONPATH", "RNNLAB_DATA_DIR", "RNNLAB_CACHE_DIR")
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden}
        own = {"PATH": f"{self.python.parent}:{os.environ['PATH']}", "HF_HUB_OFFLINE": "1"}
        self.environment |= {**own, "HOME": str(folder), "RNNLAB_CONFIG_DIR": str(folder / "config")}
        self.pip("--no-deps", wheel)

    def pip(self, *arguments: object) -> None:
        install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", *arguments]
        self.run(str(self.python), *install)

    def run(self, *command: object, code: int = 0, cwd: Path | None = None) -> str:
        """What the command prints."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd or self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def rnnlab(self, *arguments: object, code: int = 0, cwd: Path | None = None) -> str:
        return self.run(self.python.with_name("rnnlab"), *arguments, code=code, cwd=cwd)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel that is built from the sdist, which is built from a copy of this clone."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    skipped = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in BUILT_FROM:
        path = ROOT / name
        (shutil.copytree if path.is_dir() else shutil.copy)(
            path, source / name, **({"ignore": skipped} if path.is_dir() else {})
        )
    build(PACK, folder, source)
    (sdist,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(sdist, folder / "unpacked")
    (unpacked,) = (folder / "unpacked").iterdir()
    build(BUILD, folder, unpacked)
    (wheel,) = folder.glob("*.whl")
    shutil.rmtree(source)
    shutil.rmtree(unpacked)
    return Installed(folder, wheel)


def build(code: str, to: Path, source: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code, str(to)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def run(installed):
    """A run that `rnnlab train` left under outputs/ of the working folder."""
    shown = installed.rnnlab("train", "task=imdb", "model=lstm", *SMALL)
    assert shown.startswith("training lstm on imdb in outputs/imdb/lstm/")
    assert "folder: outputs/imdb/lstm/" in shown
    assert not {"\r", "\x1b"} & set(shown)  # no progress bar in a pipe
    (folder,) = (installed.folder / "outputs" / "imdb" / "lstm").iterdir()
    return folder


@pytest.mark.long
@pytest.mark.parametrize("number", ["3.12", "3.13", "3.14"])
def test_other_pythons_read_the_code(number, tmp_path):
    """What needs no package: every file compiles, and the commands without torch answer."""
    python = shutil.which(f"python{number}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"Python {number} is not here")
    own = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONPYCACHEPREFIX": str(tmp_path / "cache")}
    lines = [
        ["-W", "error", "-m", "compileall", "-q", str(ROOT / "src")],
        ["-W", "error", "-m", "rnnlab", "--help"],
        ["-W", "error", "-m", "rnnlab", "new", "cells"],
    ]
    for line in lines:
        subprocess.run([python, *line], cwd=tmp_path, env=own, check=True, capture_output=True)


@pytest.mark.long
def test_it_trains_predicts_and_reports_without_a_clone(installed, run):
    result = json.loads((run / "result.json").read_text())
    assert (result["status"], result["git"]) == ("finished", None)
    assert result["command"].startswith("rnnlab train task=imdb model=lstm")
    answer = json.loads(installed.rnnlab("predict", "last", "a good film", "--json").splitlines()[-1])
    assert answer["label"] in ("negative", "positive")
    assert installed.rnnlab("report", "last").splitlines()[-1].endswith("report.html")
    assert "identical:" in installed.rnnlab("reproduce", "last")


@pytest.mark.long
def test_a_sweep_runs_the_code_and_the_choices_of_the_wheel(installed):
    few = [*SMALL, "report=false", "baselines=false", "seed=1,2", "sweep.name=seeds", "launcher.workers=1"]
    shown = installed.rnnlab("train", "-m", "task=imdb", "model=gru", *few)
    assert "mkdir -p conf/experiment; cp outputs/sweeps/seeds/best.yaml" in shown
    code = installed.folder / "outputs" / "sweeps" / "seeds" / "code"
    assert sorted(path.name for path in code.iterdir()) == ["conf", "git.json", "src", "train.py"]
    assert not (code / "src" / "rnnlab" / "conf").exists()


@pytest.mark.long
def test_it_is_served(installed, run):
    pytest.importorskip("uvicorn")
    command = [installed.python.with_name("rnnlab"), "serve", run, "--port", "0"]
    process = subprocess.Popen(command, env=installed.environment, stdout=subprocess.PIPE, text=True)
    try:
        url = next(line.strip() for line in process.stdout if line.startswith("http"))
        body = json.dumps({"text": "a good film"}).encode()
        asked = urllib.request.Request(
            f"{url.rstrip('/')}/predict", body, {"content-type": "application/json"}
        )
        assert b"label" in urllib.request.urlopen(asked, timeout=30).read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.long
def test_doctor_help_and_the_question_for_a_task(installed):
    found = json.loads(installed.rnnlab("doctor", "--offline", "--json"))
    (ours,) = (one for one in found["findings"] if one["topic"] == "rnnlab")
    assert found["broken"] == 0
    assert Path(ours["facts"]["conf"]) == Path(ours["facts"]["code"]) / "conf"
    assert str(installed.python.parents[1]) in ours["facts"]["code"]
    assert "rnnlab train task=imdb model=bilstm" in installed.rnnlab("train", "--help")
    assert "rnnlab train task=imdb model=bilstm" in installed.rnnlab("train", code=2)
    assert installed.rnnlab("--version") == f"rnnlab {rnnlab.__version__}\n"


@pytest.mark.long
def test_a_new_project_passes_its_tests_and_trains_its_cell_on_its_csv(installed):
    installed.rnnlab("new", "cafe-orders")
    project = installed.folder / "cafe-orders"
    installed.pip("--no-deps", "-e", project)
    assert " passed" in installed.run(
        installed.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project
    )
    choices = ["task=counts", "trainer.max_epochs=3", "threads=1", "hydra.run.dir=run"]
    shown = installed.rnnlab("train", "--config-dir", "conf", *choices, cwd=project)
    assert "test/deviance" in shown
    assert "train mean" in shown
    assert "cafe_orders.cell.MinimalGatedUnit" in (project / "run" / "config.yaml").read_text()
    assert "coffees" in installed.rnnlab("explain", "run", "two coffees and a scone", cwd=project)
