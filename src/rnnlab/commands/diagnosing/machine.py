"""Cores and threads, the arithmetic that this processor has, GPUs, memory."""

from __future__ import annotations

import os
from collections.abc import Iterator

from rnnlab.commands.diagnosing.finding import Finding
from rnnlab.run.config.check_machine import in_words, memory
from rnnlab.tokenizer.parallel import available_cores

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OMP_WAIT_POLICY", "CUDA_VISIBLE_DEVICES")
LEAST = 4e9  # bytes of memory; what a training of tweets or reviews takes, with room
LAYERS = ("LSTM", "GRU")


def cores() -> Finding:
    """Return the number of cores that a training uses, and variables that change it."""
    number, there = available_cores(), os.cpu_count() or 1
    given = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    text = f"{number} of {there} can be used; threads=auto takes {number}"
    text += "".join(f"; {name}={value}" for name, value in given.items())
    return Finding("cores", "ok", text, {"usable": number, "there": there, "variables": given})


def room() -> Finding:
    """Return the memory that this process may use."""
    found = memory()
    if found is None:
        return Finding("memory", "note", "this system does not say how much there is", {"bytes": None})
    few = "; large batches or vocabularies may not fit" if found < LEAST else ""
    return Finding("memory", "note" if few else "ok", f"{in_words(found)}{few}", {"bytes": found})


def torch_works() -> Iterator[Finding]:
    """Yield whether torch can be imported and computes, its kernels on this processor, and GPUs."""
    try:
        import torch

        right = torch.allclose(torch.eye(3) @ torch.ones(3), torch.ones(3))
    except (ImportError, OSError, RuntimeError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Finding("torch", "broken", f"cannot be used: {line}", {"error": str(error)})
        return
    if not right:
        yield Finding("torch", "broken", "computes wrong numbers on this machine", {})
        return
    yield processor()
    yield accelerators()


def processor() -> Finding:
    """Return the processor, and whether recurrent layers have kernels in bfloat16 on it."""
    import torch

    from rnnlab.model.kernels import cpu_name, has_kernel

    found = {mode: has_kernel(mode, False, torch.bfloat16) for mode in LAYERS}
    without = [mode for mode, there in found.items() if not there]
    text = f"{cpu_name()}; bfloat16 kernels for {', '.join(mode for mode in LAYERS if found[mode]) or 'none'}"
    if without:
        text += f"; trainer.precision=bf16-mixed keeps {' and '.join(without)} in float32"
    return Finding("processor", "ok", text, {"name": cpu_name(), "bfloat16": found})


def accelerators() -> Finding:
    """Return the GPUs that torch sees."""
    import torch

    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(place) for place in range(torch.cuda.device_count())]
        text = f"{', '.join(names)}: train with trainer=gpu"
        return Finding("gpu", "ok", text, {"names": names, "cuda": torch.version.cuda})
    if torch.backends.mps.is_available():
        return Finding("gpu", "ok", "Apple's (mps): train with trainer=mps", {"names": ["mps"], "cuda": None})
    cuda = torch.version.cuda
    why = f"torch is built for CUDA {cuda}, but sees no GPU" if cuda else "torch is built without CUDA"
    return Finding("gpu", "note", f"none: {why}; trainings use the processor", {"names": [], "cuda": cuda})
