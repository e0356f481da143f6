"""The engine of a run: the exported graph, or torch if the network cannot be exported."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rnnlab.errors import UserError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.kinds.use import Answerer, WriteText
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.serve.runtime import open_model
from rnnlab.serve.service.writer import Writer

ENGINES = ("auto", "onnx", "torch")


class Engine(NamedTuple):
    """Inference functions of a run.

    Attributes:
        name: onnx or torch.
        answerer: for a run that answers rows.
        write: for a run that generates text, called with prompt, length, decoding settings, and seed.
        note: the reason for torch where onnx was preferred.
    """

    name: str
    answerer: Answerer | None = None
    write: Callable[[str, int, Decoding, int], Writer] | None = None
    note: str = ""


def engine_of(run: OpenRun, wanted: str = "auto", threads: int = 1, quantised: bool = False) -> Engine:
    """Return the faster available engine, or the one requested.

    Args:
        quantised: 8-bit matrices, which only onnx supports.

    Raises:
        UserError: onnx is wanted and cannot hold the network, or is not installed.
    """
    if wanted == "torch":
        return torch_engine(run)
    try:
        return onnx_engine(run, threads, quantised)
    except UserError as error:
        if wanted == "onnx" or quantised:
            raise
        return torch_engine(run)._replace(note=str(error).splitlines()[0])


def torch_engine(run: OpenRun) -> Engine:
    """Compute with the run's own network."""
    kind = run.problem
    if "generate" in kind.commands:
        return Engine("torch", write=partial(_writer, kind.writer(run)))
    return Engine("torch", answerer=run.answerer())


def onnx_engine(run: OpenRun, threads: int, quantised: bool = False) -> Engine:
    """Export the run anew, which checks the graph's outputs against the network's."""
    from rnnlab.export.requirements import needs_onnx
    from rnnlab.export.write import export

    kind = run.problem
    kind.require("export", run.folder.path)
    needs_onnx()
    with tempfile.TemporaryDirectory() as folder:
        export(run, kind.export(run), Path(folder) / "model", quantised, measured=False)
        model = open_model(Path(folder) / "model", threads)
    if "generate" in kind.commands:
        return Engine("onnx", write=partial(_writer, kind.write_exported(model)))
    return Engine("onnx", answerer=kind.answer_exported(model))


def _writer(write: WriteText, prompt: str, length: int, decoding: Decoding, seed: int) -> Writer:
    return Writer(write(prompt, length, decoding, seed))
