"""Folders whose files are bombs, pipes or pickles: each command ends soon, in two lines at most."""

from __future__ import annotations

import os
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnlab.errors import SettingError, UserError
from rnnlab.export.session import open_session
from rnnlab.run.folder.checkpoint import loading, state_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.train_run import fit
from rnnlab.serve.runtime import open_model

from .hostile import BOMB, DEEP, Touch, broken_files, copied, sweep_of

KINDS = tuple(broken_files(None))  # type: ignore[arg-type]
COMMANDS = (
    ("predict", "RUN", "good"),
    ("tokenize", "RUN", "good"),
    ("embeddings", "RUN", "good"),
    ("explain", "RUN", "good"),
    ("report", "RUN"),
    ("runs", "--outputs", "PARENT"),
    ("compare", "RUN", "FINE"),
    ("board", "PARENT", "--html", "board.html"),
)
NEVER_READ = ("metrics", "predictions", "overrides", "n-grams", "result")  # by predict


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_ends_no_command_but_with_two_lines(classifier_run, tmp_path, command, marker, kind):
    run = copied(classifier_run, tmp_path / "outputs" / "run")
    broken_files(marker)[kind](run)
    names = {"RUN": run, "FINE": classifier_run, "PARENT": tmp_path / "outputs"}
    codes = [command(*(names.get(word, word) for word in words)).code for words in COMMANDS]
    assert set(codes) <= {0, 2}
    assert codes[-1] == 0  # a broken run is a row of the board
    wanted = 0 if kind.startswith(NEVER_READ) else 2
    assert codes[0] == wanted, kind


def test_a_checkpoint_to_go_on_from_is_not_unpickled(classifier_run, tmp_path, marker, train_run):
    """Lightning loads `last.ckpt` as a resumed training starts, and `best.ckpt` at its end."""
    run = copied(classifier_run, tmp_path / "run")
    torch.save(
        {"global_step": 1, "state_dict": {}, "callbacks": Touch(marker)}, run / "checkpoints" / "last.ckpt"
    )
    with pytest.raises(SettingError, match=r"^resume=.*its checkpoints/last\.ckpt cannot be read: "):
        fit(SimpleNamespace(trainer=None), RunFolder(run))


class Huge:
    """Unpickled, as many bytes as it says."""

    def __reduce__(self):
        return bytearray, (1 << 40,)


def test_a_checkpoint_that_asks_for_a_terabyte_is_refused_before_it_gets_one(tmp_path):
    path = tmp_path / "run" / "checkpoints" / "best.ckpt"
    path.parent.mkdir(parents=True)
    torch.save({"state_dict": {}, "other": Huge()}, path)
    with pytest.raises(SettingError, match=r"^RUN=.*its checkpoints/best\.ckpt cannot be read: .*bytearray"):
        state_of(path)


def test_lightning_is_told_to_unpickle_nothing(classifier_run):
    def new(ckpt_path=None, weights_only=None): ...

    def old(ckpt_path=None): ...

    best = classifier_run / "checkpoints" / "best.ckpt"
    assert loading(new, best) == {"ckpt_path": str(best), "weights_only": True}
    assert loading(old, best) == {"ckpt_path": str(best)}
    assert loading(new, None) == {"ckpt_path": None}


def test_an_older_lightning_sees_no_file_that_was_not_read_before(classifier_run, tmp_path, marker):
    def old(ckpt_path=None): ...

    run = copied(classifier_run, tmp_path / "run")
    broken_files(marker)["checkpoint: code"](run)
    with pytest.raises(SettingError, match="cannot be read"):
        loading(old, run / "checkpoints" / "best.ckpt")


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"format": 1}', DEEP, '{"format": 1, "kind": 3, "text": []}']
)
def test_an_exported_folder_of_other_content_is_one_error(classifier_run, tmp_path, content):
    pytest.importorskip("onnx")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(tiny_graph().SerializeToString())
    (folder / "tokenizer.json").write_bytes((classifier_run / "tokenizer.json").read_bytes())
    (folder / "runtime.json").write_text(content)
    with pytest.raises(SettingError, match=r"^folder="):
        open_model(folder)


def test_an_exported_graph_reads_no_file_outside_its_folder(classifier_run, tmp_path):
    """ONNX lets tensors lie in other files: by names that leave the folder they are not read."""
    onnx = pytest.importorskip("onnx")
    secret = tmp_path / "secret"
    secret.write_bytes(np.zeros(4, np.float32).tobytes())
    folder = tmp_path / "export"
    folder.mkdir()
    graph = tiny_graph()
    tensor = graph.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../secret"
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    with pytest.raises(UserError, match="cannot be read"):
        open_session(folder / "model.onnx", 1)


def tiny_graph():
    import onnx
    from onnx import helper

    weight = helper.make_tensor("w", onnx.TensorProto.FLOAT, [4], np.zeros(4, np.float32).tobytes(), raw=True)
    out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [4])
    graph = helper.make_graph([helper.make_node("Identity", ["w"], ["y"])], "g", [], [out], [weight])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("content", [DEEP.encode(), b"\x80\x04.", b"PK\x03\x04", b""])
def test_a_state_to_write_on_from_is_read_as_numbers_alone(language_run, tmp_path, command, content, marker):
    (tmp_path / "state.npz").write_bytes(content)
    assert command("generate", language_run, "--from-state", tmp_path / "state.npz").code == 2
    np.savez(tmp_path / "state.npz", format=1, read=np.array([Touch(marker)], dtype=object))
    assert command("generate", language_run, "--from-state", tmp_path / "state.npz").code == 2


@pytest.mark.parametrize("content", [DEEP, BOMB, '{"plan": ' * 100_000, "[]", "\x00"])
def test_a_file_of_ratings_is_one_error(tmp_path, command, content):
    (tmp_path / "ratings.jsonl").write_text(content)
    assert command("rate", "--results", tmp_path / "ratings.jsonl", "--show").code == 2


@pytest.mark.parametrize("content", [DEEP, '{"op": ' * 50_000, '{"op": "no such"}', "[]", '{"op": "claim"}'])
def test_a_ledger_of_other_content_is_one_error(classifier_run, tmp_path, command, marker, content):
    sweep = sweep_of(classifier_run, tmp_path / "outputs" / "sweeps" / "gift", "os.system", marker)
    (sweep / "ledger.jsonl").write_text(content + "\n")
    for words in (("sweep", "status", sweep), ("sweep", "show", sweep), ("predict", "best:gift", "good")):
        assert command(*words).code in (0, 2)


def test_no_file_that_is_a_pipe_holds_a_command_up(classifier_run, tmp_path, command):
    run = copied(classifier_run, tmp_path / "outputs" / "run")
    names = {"RUN": run, "FINE": classifier_run, "PARENT": tmp_path / "outputs"}
    for path in sorted(path for path in run.rglob("*") if path.is_file()):
        aside = path.rename(path.with_name(f"{path.name}.aside"))
        os.mkfifo(path)
        for words in (*COMMANDS[:2], *COMMANDS[4:]):
            assert command(*(names.get(word, word) for word in words)).code in (0, 2)
        aside.replace(path)


def test_a_page_is_written_through_no_link(classifier_run, tmp_path, command):
    run = copied(classifier_run, tmp_path / "run")
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in ("report.html", "report.html.part"):
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(precious)
    assert command("report", run).code == 0
    assert precious.read_text() == "mine"
    assert not (run / "report.html").is_symlink()
