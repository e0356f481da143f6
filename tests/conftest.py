"""What all tests share: one thread, no deadlines on a busy machine, and a cache of their own."""

import copy
import gc
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import forked
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.plugins import Plugins
from hypothesis import settings

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONFIG_DIR = Path(__file__).parents[1] / "conf"

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: small tensors gain nothing by more
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # runs with more threads do not spin on a busy machine
# how many examples a property is tried on: 30 in every run, 300 in `make test-all`
settings.register_profile("rnnlab", deadline=None, max_examples=int(os.environ.get("RNNLAB_EXAMPLES", "30")))
settings.load_profile("rnnlab")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    """What needs Slurm, Ray or a browser is long."""
    for item in items:
        marked = item.get_closest_marker("slurm") or item.get_closest_marker("ray")
        if marked or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("long")


def pytest_collection_finish():
    """What is there by now stays: no later collection of garbage looks through it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def yaml_files_are_parsed_once():
    """A file of conf/ is parsed again when its content has changed: a quarter of the time of composing."""
    Plugins.instance()  # which loads the module anew
    from hydra._internal.core_plugins.file_config_source import FileConfigSource

    parse, parsed = FileConfigSource.load_config, {}

    def load_config(self, config_path):
        path = Path(self.path, self._normalize_file_name(config_path))
        key = (self.path, config_path, path.read_bytes() if path.is_file() else b"")
        if key not in parsed:
            parsed[key] = parse(self, config_path)
        return copy.deepcopy(parsed[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileConfigSource, "load_config", load_config)
        yield


@pytest.fixture
def asked_urls(browser):
    """() -> every address that pages asked for since the last call.

    What the browser's own pages load (its first tab does so late on a busy machine) is none of ours.
    """

    def asked():
        events = [json.loads(one["message"])["message"] for one in browser.get_log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent if not one["documentURL"].startswith("chrome:")]

    return asked


@pytest.fixture
def quick_figures(monkeypatch):
    """Figures are saved as one point: to draw curves and a matrix takes as long as a small training."""
    from PIL import Image

    monkeypatch.setattr(
        "matplotlib.figure.Figure.savefig",
        lambda figure, path, format=None, **_: Image.new("RGB", (1, 1)).save(path, format or "png"),
    )


@pytest.fixture
def terminal(monkeypatch):
    """Bars are drawn, as in a terminal."""
    monkeypatch.setattr("rnnlab.bar.Bar.in_terminal", lambda: True)


@pytest.fixture(scope="session", autouse=True)
def private_cache(tmp_path_factory):
    """Downloads and encoded texts go to a temporary cache, except where RNNLAB_CACHE_DIR names one."""
    with pytest.MonkeyPatch.context() as patch:
        if "RNNLAB_CACHE_DIR" not in os.environ:
            patch.setenv("RNNLAB_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(autouse=True)
def denormal_numbers():
    """A run flushes them for its whole process, which hypothesis would notice in a later test."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


@pytest.fixture(scope="session")
def train_run():
    """train_run(folder, *overrides) -> folder, a finished run, trained in this process."""

    def train(folder: Path, *overrides: str) -> Path:
        from rnnlab.run.folder.run_folder import RunFolder
        from rnnlab.run.train.command import without_hydra  # which registers the resolvers as well
        from rnnlab.run.train.job import run

        given = ["trainer.max_epochs=1", "threads=1", "trainer.enable_progress_bar=false", *overrides]
        paths = [
            f"paths.run_dir='{folder}'",
            f"paths.cache_dir='{folder.parent / 'cache'}'",
            "paths.data_dir=null",
        ]
        with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
            cfg = without_hydra(compose("train", overrides=[*given, *paths]))
        model = next((o.partition("=")[2] for o in overrides if o.startswith("model=")), "bilstm")
        assert run(cfg, RunFolder(folder), given, model) == 0, (folder / "result.json").read_text()
        return folder

    return train


@pytest.fixture(scope="session")
def classifier_run(train_run, tmp_path_factory):
    """A finished run with attention, to be read and copied, not changed."""
    few = ["data.train_rows=400", "data.validation_rows=100", "data.test_rows=100"]
    small = ["model.embedding_size=8", "model.hidden_size=6", "model.dropout=0.0"]
    folder = tmp_path_factory.mktemp("classifier") / "run"
    return train_run(folder, "task=imdb", "data=synthetic", "model=bilstm_attention", *few, *small)


@pytest.fixture(scope="session")
def language_run(train_run, tmp_path_factory):
    """A finished run of a language model, to be read and copied, not changed."""
    small = ["model.hidden_size=12", "trainer.limit_train_batches=20", "task.samples.length=40"]
    folder = tmp_path_factory.mktemp("language") / "run"
    return train_run(folder, "task=shakespeare", "data=synthetic_brackets", "model=lstm", *small)


@pytest.fixture(scope="session")
def listening():
    """listening(*arguments) as a context: `rnnlab` in its own process, and the address that it prints."""

    @contextmanager
    def started(*arguments):
        command = [sys.executable, "-m", "rnnlab.cli", *map(str, arguments)]
        process = forked.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        try:
            lines = iter(process.stdout.readline, "")
            url = next((line.strip() for line in lines if line.startswith("http")), None)
            assert url is not None, process.stderr.read()
            yield process, url
        finally:
            process.kill()
            process.communicate()

    return started


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Debian's Chromium without a window, which keeps what its console says and what it asks for."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    found.set_script_timeout(180)  # axe looks at whole pages, on machines that have other things to do
    yield found
    found.quit()


@pytest.fixture(scope="session")
def axe():
    """axe-core's source: of the file that AXE_CORE names, else as npm has it (npm install -g axe-core)."""
    named, npm = os.environ.get("AXE_CORE"), shutil.which("npm")
    if named is None and npm:
        found = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False)
        named = f"{found.stdout.strip()}/axe-core/axe.min.js"
    if named is None or not Path(named).is_file():
        pytest.skip("needs axe-core: npm install -g axe-core")
    return Path(named).read_text(encoding="utf-8")
