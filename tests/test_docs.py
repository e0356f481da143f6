"""What README.md and the pages of docs/ show is true: their commands compose, and their examples work."""

from __future__ import annotations

import os
import re
import shlex
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from rnnlab.run.config.check import check
from rnnlab.run.config.check_pretrained import SAME
from rnnlab.run.config.home import home_quoted
from rnnlab.run.config.task_variants import with_variant
from rnnlab.sweep.check_sweep import check_sweep
from rnnlab.sweep.command import read_line
from rnnlab.sweep.space.parse import parse_space

from .test_config_rules import targets, unresolved, wrong_target

ROOT = Path(__file__).parents[1]
NAMES = ("README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")))
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [
        line
        for page in PAGES.values()
        for kind, body in FENCE.findall(page)
        if kind == "bash"
        for line in body.splitlines()
    ]
    runs = ("resume=", "pretrained=last")  # these name a run or a sweep that is not there
    return [line for line in lines if line.startswith("python train.py") and not any(r in line for r in runs)]


def examples(kind: str) -> dict[str, str]:
    """Path, as the fence's first line gives it, to the text of each example.

    Those of the kind in a folder of its own, `mine/`, are run in tests/outside/test_text_regression.py.
    """
    bodies = [body for found, body in FENCE.findall(PAGES["docs/adding.md"]) if found == kind]
    paths = {body.splitlines()[0].removeprefix("# "): body.partition("\n")[2] for body in bodies}
    return {path: body for path, body in paths.items() if not path.startswith("mine/")}


def add_module(path: str, body: str) -> ModuleType:
    """Run an example as the module that it would be in its place."""
    name = ".".join(Path(path).relative_to("src").with_suffix("").parts)
    module = ModuleType(name)
    sys.modules[name] = module
    setattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2], module)
    exec(compile(body, path, "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def modules():
    """The examples of docs/adding.md as modules, by their last name."""
    made = {Path(path).stem: add_module(path, body) for path, body in examples("python").items()}
    yield made
    for module in made.values():
        del sys.modules[module.__name__]


@pytest.fixture(scope="module")
def composed(tmp_path_factory, modules):
    """A function from overrides to a checked config, with the YAML examples in place."""
    folder = tmp_path_factory.mktemp("conf")
    for path, body in examples("yaml").items():
        target = folder / Path(path).relative_to("conf")
        target.parent.mkdir(exist_ok=True)
        target.write_text(body, encoding="utf-8")
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):

        @cache  # several tests ask for the same commands
        def checked(*overrides: str) -> object:
            config = compose("train", overrides=[*overrides, f"hydra.searchpath=[file://{folder}]"])
            check(config)
            return unresolved(config)

        yield lambda overrides: checked(*overrides)


@pytest.fixture
def own_hydra():
    """Hydra as a new process has it, which `composed` has not."""
    before, GlobalHydra.instance().hydra = GlobalHydra.instance().hydra, None
    yield
    GlobalHydra.instance().hydra = before  # another instance where a test has initialised Hydra


@pytest.mark.parametrize("command", [line for line in commands() if " -m " in line])
def test_every_sweep_shown_passes_the_checks(command, own_hydra, monkeypatch):
    if "task=g2p" in command and "RNNLAB_DATA_DIR" not in os.environ:
        pytest.skip("each language has files of its own, which are looked for: set RNNLAB_DATA_DIR")
    monkeypatch.setattr("rnnlab.sweep.check_sweep.check_launcher", lambda name: None)  # Slurm is not here
    words = [word for word in shlex.split(command, comments=True)[2:] if word != "sweep.dry_run=true"]
    assert read_line(words, ROOT / "conf").arguments == words


def typed(command: str) -> list[str]:
    """The words of a command as train.py hands them to Hydra."""
    words = [home_quoted(word) for word in shlex.split(command, comments=True)]
    return with_variant(words, ROOT / "conf")


@pytest.mark.parametrize("command", [line for line in commands() if " -m " not in line])
def test_every_command_shown_composes_and_passes_the_checks(command, composed):
    words = typed(command)[2:]
    if "--help" not in words:
        composed([word for word in words if "=" in word])


# What pages begin with: the runs of README's first commands, which a page need not train again.
THERE = {
    "shakespeare": ["experiment=shakespeare_lstm"],
    "styles": ["experiment=shakespeare_styles"],
    "tweets": ["task=tweets"],
    "imdb": ["task=imdb"],
    "translation": ["task=translation"],
    "forecast": ["task=forecast"],
    "probe": ["task=probe"],
}
WRITES = {"generate", "judge", "rate", "dynamic_evaluation"}
READS = {"predict"}
MEANT = re.compile(r"(?<![\w:])last(?::(\w+))?(?!\w)")


def lines_of(name: str) -> list[str]:
    """The commands of a page in the order in which they are typed."""
    bodies = [body for kind, body in FENCE.findall(PAGES[name]) if kind == "bash"]
    lines = [line for body in bodies for line in body.splitlines()]
    return [line for line in lines if line.startswith(("python train.py", "rnnlab "))]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_typed_in_order_names_runs_that_fit(name, composed):
    """`last` and `last:TASK` are the runs that the lines above have left, and of the kind that is needed."""
    runs = {} if name == "README.md" else {task: composed(words) for task, words in THERE.items()}
    latest = next(iter(runs.values()), None)
    for line in lines_of(name):
        words = typed(line)
        meant = [latest if task is None else runs[task] for task in map(only_name, words) if task != ""]
        assert None not in meant, f"{line}: no run is there yet"
        if words[0] == "rnnlab":
            assert all(fits(words, config) for config in meant), line
        elif not {"-m", "--help", "--cfg"} & set(words) and "resume=" not in line:
            latest = composed([word for word in words[2:] if "=" in word and "pretrained=last" not in word])
            assert all(same_network(latest, config) for config in meant), line
            runs[latest["task"]["name"]] = latest


def only_name(word: str) -> str | None:
    """TASK of `last:TASK`, None of `last`, "" of a word that names no such run."""
    found = MEANT.fullmatch(word.removeprefix("pretrained="))
    return found[1] if found else ""


def fits(words: list[str], config: dict) -> bool:
    """Whether a command can ask this of a run."""
    writes = config["task"]["_target_"].endswith(".LanguageModeling")
    if {"--mix", "--style"} & set(words) and not config["model"].get("style_size", 0):
        return False
    return writes if words[1] in WRITES else not (writes and words[1] in READS)


def same_network(mine: dict, theirs: dict) -> bool:
    """Whether a run can start from another (`pretrained=`)."""
    names = [*SAME, *(["style_size"] if mine["task"]["_target_"].endswith(".LanguageModeling") else [])]
    return theirs["task"]["_target_"].endswith(".LanguageModeling") and all(
        mine["model"].get(key) == theirs["model"].get(key) for key in names
    )


@pytest.mark.parametrize("path", examples("yaml"))
def test_every_yaml_example_composes_to_targets_that_take_their_keys(path, composed):
    _, group, name = Path(path).with_suffix("").parts
    config = composed([f"{group}={name}"])
    own = config[group] if group not in ("task", "experiment") else config["task"]["network"]
    assert [problem for node in targets(own) if (problem := wrong_target(node))] == []


def test_the_space_of_the_page_about_sweeps_is_one(tmp_path, own_hydra):
    (body,) = [body for kind, body in FENCE.findall(PAGES["docs/sweeps.md"]) if kind == "yaml"]
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "mine.yaml").write_text(body, encoding="utf-8")
    search = f"hydra.searchpath=[file://{tmp_path}]"
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        config = compose("train", overrides=["task=tweets", "sweep=mine", search])
        space, fixed = parse_space(["task=tweets"], OmegaConf.to_container(config.sweep, resolve=True))
        check_sweep(compose("train", overrides=["sweep=mine", *fixed, "model=lstm", search]), space)
    assert [d.key for d in space.dimensions] == list(config.sweep.space)
    assert space.dimensions[3].when == "model == lstm"


def test_the_tokenizer_gives_its_text_back(modules):
    tokenizer = modules["byte"].ByteTokenizer()
    text = "naïve ☃\n"
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert type(tokenizer).from_json(tokenizer.to_json()).vocabulary == tokenizer.vocabulary


def test_the_encoder_keeps_its_contract(modules):
    import torch

    encoder = modules["running_mean"].RunningMean(3, 5)
    inputs, lengths = torch.randn(2, 7, 3), torch.tensor([7, 4])
    whole = encoder(inputs, lengths)
    torch.testing.assert_close(whole.final[1], encoder(inputs[1:, :4]).final[0])
    assert whole.outputs[1, 4:].abs().sum() == 0
    first = encoder(inputs[:, :4])
    torch.testing.assert_close(encoder(inputs[:, 4:], state=first.state).outputs[0], whole.outputs[0, 4:])


def test_the_schedule_peaks_at_the_end_of_its_warm_up(modules):
    shape = modules["inverse"].InverseRoot(0.1)
    assert [round(shape(progress), 3) for progress in (0, 0.05, 0.1, 0.4, 1)] == [0.1, 0.5, 1.0, 0.5, 0.316]


def test_readme_gives_the_commands_that_ci_runs():
    marks = re.findall(r"^<!-- ci: (\w+) -->\n```bash\n(?=.)", PAGES["README.md"], re.MULTILINE)
    assert marks == ["install", "check", "test", "long"]


OURS = re.compile(r"^from (rnnlab\S*) import (.+)$", re.MULTILINE)
IMPORTS = [
    (name, module, names)
    for name, page in PAGES.items()
    for kind, body in FENCE.findall(page)
    if kind == "python"
    for module, names in OURS.findall(body)
]


@pytest.mark.parametrize(("page", "module", "names"), IMPORTS)
def test_what_a_page_imports_of_ours_is_there(page, module, names):
    found = import_module(module)
    assert [name for name in names.split(", ") if not hasattr(found, name.split(" as ")[0])] == [], page
