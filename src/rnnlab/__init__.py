"""rnnlab: experiments with recurrent networks."""

import os

from rnnlab.public import attribute as __getattr__  # noqa: F401  open_run, runs

__version__ = "0.1.0"

# Torch reads it at its first tensor and asks Linux for pages of 2 MiB: with those of 4 KiB, page faults took
# 15 % of a training on two cores. THP_MEM_ALLOC_ENABLE=0 switches it off.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

# How often GNU's OpenMP threads look for work before they sleep: enough for the gaps inside a training step.
# Their own 300,000 are milliseconds, in which they hold a core that another thread could use.
os.environ.get("OMP_WAIT_POLICY") or os.environ.setdefault("GOMP_SPINCOUNT", "30000")
