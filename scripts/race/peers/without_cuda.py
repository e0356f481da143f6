"""Imports of packages whose wheels on PyPI are built for CUDA, beside a torch for the CPU.

Ludwig imports torchvision and torchaudio for its images and sounds, which a text model does not touch. Their
compiled parts then cannot be loaded, and both refuse to be imported. Here torchvision is imported without
them, and torchaudio is an empty module; where they can be loaded nothing is done.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

import torch

SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
NAMES = ("nms", "qnms")  # operators that torchvision's Python describes whether they are there or not


KEPT: list[torch.library.Library] = []  # an operator is gone with the object that defined it


def import_torchvision() -> None:
    """Import torchvision and torchaudio, with or without their compiled parts."""
    try:
        import torchvision
    except RuntimeError:  # operator torchvision::nms does not exist
        forget("torchvision")
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in NAMES:
            library.define(f"{name}{SCHEMA}")
        KEPT.append(library)
        import torchvision  # noqa: F401
    try:
        import torchaudio  # noqa: F401
    except OSError:  # could not load _torchaudio.so
        forget("torchaudio")
        empty = ModuleType("torchaudio")
        empty.__spec__ = find_spec("torchaudio")  # transformers asks for it
        empty.__dict__["__version__"] = version("torchaudio")
        sys.modules["torchaudio"] = empty


def forget(package: str) -> None:
    """Drop the modules of an import that failed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


import_torchvision()
