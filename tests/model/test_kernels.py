"""Which recurrent kernels a CPU has is found by trying; a layer without one computes in float32."""

from __future__ import annotations

import logging
import os
import platform
import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from rnnlab.model import fused, kernels
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.fused import make_fused
from rnnlab.model.kernels import autocast_to, cpu_name, has_kernel

LENGTHS = torch.tensor([3, 7, 1])
OLD = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
MODES = [
    ("LSTM", False),
    ("LSTM", True),
    ("GRU", False),
    ("RNN_TANH", False),
    ("RNN_RELU", False),
]


@pytest.fixture
def asked_anew() -> Iterator[None]:
    kernels._tried.cache_clear()
    yield
    kernels._tried.cache_clear()


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No layer has a kernel under autocast."""
    monkeypatch.setattr(fused, "has_kernel", lambda *_: False)


def inputs() -> Tensor:
    return torch.randn(3, 7, 5, generator=torch.Generator().manual_seed(1))


def learned(encoder: RecurrentEncoder, dtype: torch.dtype | None = None) -> list[Tensor]:
    """Outputs under autocast to that type, and the gradients of the weights."""
    with torch.autocast("cpu", dtype, enabled=dtype is not None):
        outputs = encoder(inputs(), LENGTHS).outputs
        assert torch.is_autocast_enabled("cpu") == (dtype is not None)
    return [outputs, *torch.autograd.grad(outputs.float().square().sum(), list(encoder.parameters()))]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_without_a_kernel_outputs_and_gradients_are_those_of_float32(missing, cell, dtype, threads):
    torch.manual_seed(0)
    encoder, before = RecurrentEncoder(cell, 5, 3, 2, bidirectional=True), torch.get_num_threads()
    expected = learned(encoder)
    torch.set_num_threads(threads)
    try:
        ours = learned(encoder, dtype)
    finally:
        torch.set_num_threads(before)
    assert ours[0].dtype == torch.float32
    for one, other in zip(ours, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("options", [CellOptions(), CellOptions(projection_size=2)])
def test_inputs_and_a_state_in_half_precision_are_taken(missing, lengths, options):
    torch.manual_seed(0)
    layer = make_fused("lstm", 5, 3, options)
    state = tuple(torch.randn(1, 3, size) for size in layer.state_sizes)
    steps, halves = inputs().transpose(0, 1), tuple(part.bfloat16() for part in state)
    exact = layer(steps.bfloat16().float(), lengths, tuple(part.float() for part in halves))
    with torch.autocast("cpu", torch.bfloat16):
        found = layer(steps.bfloat16(), lengths, halves)
    torch.testing.assert_close(found.outputs, exact.outputs, rtol=0, atol=0)
    for one, other in zip(found.state, exact.state, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def runs(layer: torch.nn.Module, dtype: torch.dtype) -> bool:
    """Whether torch's own layer learns under autocast here, with weights as they are."""
    try:
        with torch.autocast("cpu", dtype):
            outputs, _ = layer(torch.randn(7, 3, 5))
        outputs.float().sum().backward()
    except RuntimeError as error:
        if "could not create a primitive" not in str(error):
            raise
        return False
    return True


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize(("mode", "projected"), MODES)
def test_a_kernel_that_is_there_is_used_and_one_that_is_not_is_not(asked_anew, mode, projected, dtype):
    cell, _, kind = mode.lower().partition("_")
    sizes = {"proj_size": 3} if projected else {}
    given = {"nonlinearity": kind} if kind else {}
    plain = getattr(torch.nn, mode.partition("_")[0])(5, 4, **sizes, **given)
    options = CellOptions(projection_size=3 if projected else None, nonlinearity=kind or "tanh")
    layer = make_fused(cell, 5, 4, options)
    layer.load_state_dict(plain.state_dict())
    there, steps = runs(plain, dtype), inputs().transpose(0, 1)
    assert has_kernel(mode, projected, dtype) == there
    with torch.autocast("cpu", dtype):
        found = layer(steps).outputs
        expected = plain(steps)[0] if there else None
    expected = plain(steps)[0] if expected is None else expected
    assert found.dtype == expected.dtype
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


def test_nothing_is_asked_without_autocast(monkeypatch):
    monkeypatch.setattr(fused, "has_kernel", lambda *_: pytest.fail("asked"))
    make_fused("lstm", 5, 3, CellOptions())(inputs().transpose(0, 1)).outputs.sum().backward()


def test_the_question_is_asked_once_and_answered_in_one_line(asked_anew, monkeypatch, caplog):
    asked = []

    def fails(layer: torch.nn.Module, dtype: torch.dtype) -> None:
        asked.append((layer.mode, dtype))
        raise RuntimeError("could not create a primitive descriptor for the LSTM forward propagation")

    monkeypatch.setattr(kernels, "_try", fails)
    with caplog.at_level(logging.INFO, logger="rnnlab"):
        assert [has_kernel("LSTM", False, torch.bfloat16) for _ in range(3)] == [False] * 3
    assert asked == [("LSTM", torch.bfloat16)]
    text = f"note: {cpu_name()} has no LSTM kernel in bfloat16: that layer computes in float32"
    assert [record.getMessage() for record in caplog.records] == [text]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_asking_draws_no_random_numbers_and_leaves_the_modes_as_they_were(asked_anew, dtype):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        has_kernel("LSTM", False, dtype)
        assert torch.is_inference_mode_enabled()
        assert torch.is_autocast_enabled("cpu")
        assert torch.get_autocast_dtype("cpu") == torch.bfloat16
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.is_autocast_enabled("cpu")


def test_autocast_can_be_left_for_a_while():
    with torch.autocast("cpu", torch.float16):
        with autocast_to(None):
            assert not torch.is_autocast_enabled("cpu")
        assert torch.is_autocast_enabled("cpu")
        assert torch.get_autocast_dtype("cpu") == torch.float16


def test_a_cpu_is_named_with_what_torch_uses_of_it(monkeypatch, tmp_path):
    monkeypatch.setattr(kernels, "CPUINFO", tmp_path / "cpuinfo")
    assert cpu_name() == f"this CPU ({torch.backends.cpu.get_cpu_capability()})"
    kernels.CPUINFO.write_text("processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nmodel name\t: other\n")
    assert cpu_name().startswith("Some CPU @ 2.00GHz (")


PROGRAM = """
import logging, torch
from rnnlab.model.encoder import RecurrentEncoder
logging.basicConfig(level=logging.INFO, format="%(message)s")
encoder = RecurrentEncoder("lstm", 5, 3, 2, bidirectional=True)
for _ in range(2):
    with torch.autocast("cpu", torch.bfloat16):
        encoder(torch.randn(3, 7, 5)).outputs.float().sum().backward()
"""


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64") or not torch.backends.mkldnn.is_available(),
    reason="needs oneDNN on x86",
)
def test_an_lstm_learns_in_bfloat16_where_onednn_stops_at_avx2():
    command, environment = [sys.executable, "-c", PROGRAM], {**os.environ, **OLD}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("note: ")]
    assert len(lines) == 1
    assert lines[0].endswith("(AVX2) has no LSTM kernel in bfloat16: that layer computes in float32")
