"""rnnlab: experiments with recurrent networks."""

from rnnlab.public import attribute as __getattr__  # noqa: F401  open_run, runs

__version__ = "0.1.0"
