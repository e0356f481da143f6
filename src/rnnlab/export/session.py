"""Opens an onnxruntime session on the CPU."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.errors import UserError
from rnnlab.export.files import MODEL, graph_file


class Sessions(NamedTuple):
    """Sessions of a model of several graphs.

    Attributes:
        model: of model.onnx. others: by name, of the files beside it.
    """

    model: Any
    others: dict[str, Any]


def open_graphs(folder: Path, others: Iterable[str], threads: int) -> Any:
    """Open the graphs in a folder: a session where there is one graph, else `Sessions`.

    Raises:
        UserError: see `open_session`.
    """
    model = open_session(folder / MODEL, threads)
    found = {name: open_session(folder / graph_file(name), threads) for name in others}
    return Sessions(model, found) if found else model


def open_session(model: Path | bytes, threads: int) -> Any:
    """Open the model in a file, or given as bytes, on the CPU.

    Raises:
        UserError: onnxruntime is not installed, or cannot read the file.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise UserError('exported models need onnxruntime: pip install "rnnlab[runtime]"') from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # else idle threads take a core
    # CPUs without VNNI add 8-bit products in saturating 16-bit sums: logits were off by half
    options.add_session_config_entry("session.x64quantprecision", "1")  # exact there, no effect elsewhere
    options.log_severity_level = 3
    try:
        source = model if isinstance(model, bytes) else str(model)
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a different type for each kind of broken file
        name = "the model" if isinstance(model, bytes) else model
        raise UserError(f"{name} cannot be read: {' '.join(str(error).split())[:200]}") from error
