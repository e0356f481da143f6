"""Wrong command lines of `train.py`: two lines that name setting, value and rule, and code 2, at once."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rnnlab.run.folder.result import Result
from rnnlab.sweep.command import read_line

ROOT = Path(__file__).parents[1]
NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}  # a machine that has one says what others would
LIST = "a list of at least 2, all different and each a name or null"
WRONG = [
    # ended in tracebacks
    (["model=[gru,lstm]"], ["model=[gru,lstm]", "takes one choice", "-m model=gru,lstm"]),
    (
        ["model.hidden_size=999999999999"],
        ["model.hidden_size=999999999999", "8.0e+24 parameters", "machine has"],
    ),
    (["model.embedding_size=999999999999"], ["model.embedding_size=999999999999", "parameters"]),
    (["model.members=1000", "model.hidden_size=20000"], ["parameters", "GB"]),
    (["model.encoder.hidden_size=999999999999"], ["model.encoder.hidden_size=999999999999", "parameters"]),
    (["embedding.size=999999999999"], ["embedding.size=999999999999", "parameters"]),
    (["model.num_layers=1000", "model.hidden_size=20000"], ["model.hidden_size=20000", "TB"]),
    (["trainer.devices=1000"], ["trainer.devices=1000", "processes on the CPU"]),
    (["paths.data_dir=???"], ["paths.data_dir=???", "must be given"]),
    (["optimizer.betas=[2,3]"], ["optimizer.betas=[2, 3]", "a list of 2, each a number >= 0 and < 1"]),
    (["optimizer.betas=0.9"], ["optimizer.betas=0.9", "a list of 2"]),
    (["threads=100000"], ["threads=100000", ">= 1 and <= 1024 or auto"]),
    (["paths.output_dir=/proc/x"], ["paths.output_dir=/proc/x", "/proc is not a writable folder"]),
    (["paths.run_dir=here"], ["paths.run_dir=here", "set hydra.run.dir=FOLDER"]),
    (["hydra.run.dir=/proc/nope"], ["hydra.run.dir=/proc/nope", "/proc is not a writable folder"]),
    (["text.steps=3"], ["text.steps=3", "a mapping"]),
    (["data.classes=3"], ["data.classes=3", LIST]),
    (["model.hidden_size=${nope}"], ["model.hidden_size=${nope}", "no setting nope"]),
    (["paths.data_dir=${paths.data}"], ["paths.data_dir=${paths.data}", "did you mean paths.data_dir?"]),
    (["paths.output_dir=${nope}/x"], ["paths.output_dir=${nope}/x", "no setting nope"]),
    (["+data.hub.splits.dev=x"], ["data.hub.splits.dev=x", "takes no dev"]),
    (["model.dropout=${model.dropuot}"], ["no setting model.dropuot", "did you mean model.dropout?"]),
    (["model.hidden_size=${oc.env:NOPE_9}"], ["cannot be resolved", "NOPE_9"]),
    (["~model"], ["~model", "cannot be taken out"]),
    (["~model.cell"], ["~model.cell", "cannot be taken out"]),
    # were accepted
    (["optimizer.lr=inf"], ["optimizer.lr=inf", "a number > 0"]),
    (["optimizer.lr=nan"], ["optimizer.lr=nan", "a number > 0"]),
    (["task.class_weights=[inf,1]"], ["task.class_weights=[inf, 1]", "a weight > 0"]),
    (["data.batch_size=99999999999999999999"], ["data.batch_size=99999999999999999999", "<= 1000000"]),
    (["data.num_workers=1000000"], ["data.num_workers=1000000", "<= 256"]),
    (["model.members=1000000"], ["model.members=1000000", "<= 1000"]),
    (["data.classes=[a,a]"], ["data.classes=['a', 'a']", LIST]),
    (["data.classes=[]"], ["data.classes=[]", LIST]),
    (["data.classes={a:1}"], ["data.classes={a:1}", "write KEY=VALUE or KEY=[A,B]"]),
    (["model.hidden_size={a:1}"], ["model.hidden_size={", "a whole number"]),
    (["+model.foo=1"], ["model.foo=1", "model takes no foo"]),
    (["+trainer.foo=1"], ["trainer.foo=1", "Trainer takes no foo"]),
    (["+optimizer.epsilon=1"], ["optimizer.epsilon=1", "AdamW takes no epsilon"]),
    (["+data.foo=1"], ["data.foo=1", "ClassificationData takes no foo"]),
    (["+data.files.tran=a.csv"], ["data.files.tran=a.csv", "did you mean train?"]),
    (["+foo=1"], ["foo=1", "no such setting"]),
    (["+callback.best.foo=1"], ["callback.best.foo=1", "BestCheckpoint takes no foo"]),
    (["+callback.foo=1"], ["callback.foo=1", "a mapping"]),
    (["+callback.foo.x=1"], ["callback.foo", "must name its class"]),
    (["+callback.foo._target_=nowhere.Callback"], ["callback.foo._target_=nowhere.Callback", "no module"]),
    (["trainer._target_=torch.optim.Sgd"], ["trainer._target_=torch.optim.Sgd", "torch.optim has no Sgd"]),
    (["callback.best=3"], ["callback.best=3", "a mapping {KEY: VALUE} or null"]),
    (["task.name=''"], ["task.name=", "a name of letters"]),
    (["data.text_column=3"], ["data.text_column=3", "text"]),
    (["trainer.max_time=00:00:00:00"], ["trainer.max_time=00:00:00:00", "days:hours"]),
    (["-m"], ["-m: a sweep of nothing", "without -m"]),
    (["resume="], ["resume=: must be the folder of a run"]),
    (["-m", "sweep=cmaes", "model=gru,lstm"], ["sweep=cmaes", "two or more intervals", "sweep=tpe"]),
    (["-m", "sweep=cmaes", "optimizer.lr=interval(1e-4,1e-2)"], ["sweep=cmaes", "two or more intervals"]),
    (["-m", "model=gru,lstm", "+model.foo=1,2"], ["model.foo=", "model takes no foo"]),
    # read data or torch first
    (["trainer=gpu"], ["trainer=gpu: this machine has no gpu"]),
    (["tokenizer=saved", "tokenizer.path=/nope"], ["tokenizer.path=/nope", "does not exist"]),
    (["embedding=glove", "embedding.path=/nope"], ["embedding.path=nope: no such file"]),
    (["data=csv", "data.files.train=/nope.csv"], ["data.files.train=nope.csv", "no such file"]),
    (["tokenizer.path=/nope"], ["tokenizer.path=/nope", "there is no such setting"]),
    (["embedding.path=/nope"], ["embedding.path=/nope", "there is no such setting"]),
    (
        ["experiment=imdb_taught", "embedding=trainable"],
        ["embedding.epochs=8", "embedding=trainable does not take it"],
    ),
    (["trainer.precision=17"], ["trainer.precision=17", "one of 32-true, 16-mixed"]),
    (["trainer.accelerator=quantum"], ["trainer.accelerator=quantum", "one of auto, cpu, gpu"]),
    (["+trainer.strategy=quantum"], ["trainer.strategy=quantum", "or auto or ddp"]),
    # what cannot be read, and flags
    (["optimizer=3"], ["optimizer=3", "no choice of the group optimizer", "adamw"]),
    (["optimizer=null"], ["optimizer=null", "no choice of the group optimizer"]),
    (["task={a:1}"], ["must be a choice of the group task"]),
    (["=3"], ["=3", "name is missing"]),
    (["model.dropout='0.1"], ["model.dropout='0.1", "cannot be read"]),
    (["model.dropout=[0.1"], ["cannot be read"]),
    (["model.dropout=0.1}"], ["cannot be read"]),
    (["dropout"], ["cannot be read"]),
    (["-x"], ["unrecognized arguments: -x", "--help"]),
    (["--cfg", "foo"], ["--cfg", "invalid choice: 'foo'"]),
    (["--config-dir", "/nope"], ["--config-dir=/nope", "must be a folder"]),
    (["--config-name", "nope"], ["--config-name=nope", "is not used"]),
]
COLD = [
    *(["model=[gru,lstm]"], ["model.hidden_size=999999999999"], ["optimizer.betas=[2,3]"], ["+model.foo=1"]),
    *(["trainer=gpu"], ["embedding=glove", "embedding.path=/nope"], ["trainer.precision=17"], ["-m"]),
]
MOST = 8  # times of `import hydra` alone, about 0.15 s; most lines take three, on a busy machine five
PROBE = """
import sys
sys.argv[0] = 'train.py'
from rnnlab.sweep.command import read_line
from pathlib import Path
try:
    read_line(sys.argv[2:], Path(sys.argv[1]))
finally:
    assert not {'numpy', 'torch', 'pytorch_lightning', 'optuna'} & set(sys.modules)
"""


def error_of(capsys: pytest.CaptureFixture[str], argv: list[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        read_line(argv, ROOT / "conf")
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert len(message.strip().splitlines()) <= 2, message
    return message


@pytest.mark.parametrize(("argv", "parts"), WRONG, ids=[" ".join(argv) for argv, _ in WRONG])
def test_a_wrong_line_is_refused_in_two_lines(capsys, monkeypatch, argv, parts):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    message = error_of(capsys, argv)
    assert [part for part in parts if part not in message] == [], message


@pytest.fixture
def broken(tmp_path):
    """A run that was interrupted, with a checkpoint that a full archive could be."""
    (tmp_path / "config.yaml").write_text("seed: 1\n")
    (tmp_path / "overrides.yaml").write_text(yaml.safe_dump(["task=imdb"]))
    (tmp_path / "checkpoints").mkdir()
    result = Result(tmp_path, {"task": "imdb", "model": {"name": "lstm"}})
    result.end("interrupted")
    return tmp_path


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off in mid write", b"\0" * 100])
def test_a_checkpoint_that_is_cut_off_is_named(capsys, broken, content):
    (broken / "checkpoints" / "last.ckpt").write_bytes(content)
    message = error_of(capsys, [f"resume={broken}"])
    assert "checkpoints/last.ckpt is cut off" in message
    assert "delete that file" in message


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("overrides.yaml", "- [task=imdb", "overrides.yaml cannot be read"),
        ("overrides.yaml", "task: imdb", "overrides.yaml is no list"),
        ("overrides.yaml", "- 3", "overrides.yaml is no list"),
        ("overrides.yaml", b"\xff\xfe\x00", "overrides.yaml cannot be read"),
        ("overrides.yaml", "- '=' \n", "name is missing"),
        ("config.yaml", "3", "config.yaml is not that of a run"),
        ("config.yaml", b"\xff", "config.yaml cannot be read"),
    ],
)
def test_broken_files_of_a_run_are_named(capsys, broken, name, content, part):
    (broken / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert part in error_of(capsys, [f"resume={broken}"])


def test_added_keys_that_something_reads_are_right(tmp_path):
    (tmp_path / "more.csv").write_text("text\na\n")
    for line in (
        ["+trainer.strategy=ddp"],
        ["+optimizer.eps=1e-6"],
        ["+callback.more._target_=pytorch_lightning.callbacks.Timer"],
        ["+callback.more={_target_: pytorch_lightning.callbacks.Timer}"],
        ["+model.size=32", "model.hidden_size=${model.size}", "model.embedding_size=${model.size}"],
        ["++model.dropout=0.3"],
        ["callback=[early_stopping,ema]"],
        ["~callback.throughput"],
    ):
        typed = ["task=imdb", "data=synthetic", f"paths.output_dir={tmp_path}", *line]
        assert read_line(typed, ROOT / "conf").arguments == typed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more.csv"]


def seconds(arguments: list[str], folder: Path, code: int, tries: int = 1) -> float:
    """Of the processor, which a busy machine hardly lengthens; the least of the tries."""
    taken = []
    for _ in range(tries):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, **NO_GPU},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == code, done.stderr
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


@pytest.mark.parametrize("argv", COLD, ids=" ".join)
def test_a_cold_process_refuses_without_torch(tmp_path, argv):
    seconds(["-c", PROBE, str(ROOT / "conf"), *argv], tmp_path, 2)  # asserts that torch stays out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_cold_process_refuses_in_the_time_of_a_few_imports(tmp_path):
    bare = seconds(["-c", "import hydra"], tmp_path, 0, tries=2)
    for argv in COLD:
        assert seconds([str(ROOT / "train.py"), *argv], tmp_path, 2, tries=2) < MOST * bare, argv
