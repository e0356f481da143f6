"""Sessions compute products of 8 bits exactly, also on CPUs that would cut them off."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.errors import UserError
from rnnlab.export.session import open_session

onnx = pytest.importorskip("onnx")


def product(weight: np.ndarray) -> bytes:
    """A model of one product of whole numbers, `left` (M, K) with the weight (K, N)."""
    helper, kinds = onnx.helper, onnx.TensorProto
    left = helper.make_tensor_value_info("left", kinds.UINT8, ["rows", weight.shape[0]])
    total = helper.make_tensor_value_info("total", kinds.INT32, ["rows", weight.shape[1]])
    kept = helper.make_tensor("weight", kinds.INT8, weight.shape, weight.tobytes(), raw=True)
    node = helper.make_node("MatMulInteger", ["left", "weight"], ["total"])
    graph = helper.make_graph([node], "product", [left], [total], [kept])
    opset = [helper.make_opsetid("", 13)]
    written: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return written


def test_the_largest_products_of_8_bits_are_exact_on_any_cpu():
    weight, left = np.full((64, 16), 127, np.int8), np.full((2, 64), 255, np.uint8)
    session = open_session(product(weight), threads=1)
    (found,) = session.run(None, {"left": left})
    np.testing.assert_array_equal(found, left.astype(int) @ weight.astype(int))
    options = session.get_session_options()  # a CPU with VNNI is exact in any case
    assert options.get_session_config_entry("session.x64quantprecision") == "1"


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(UserError, match=r"model\.onnx cannot be read: "):
        open_session(tmp_path / "model.onnx", threads=1)
