"""Exported models without torch: `from rnnlab.runtime import open_model`."""

from rnnlab.serve.runtime.classifier import Classifier, Prediction
from rnnlab.serve.runtime.model import open_model
from rnnlab.serve.runtime.pool import Pool
from rnnlab.serve.runtime.writer import Writer

__all__ = ["Classifier", "Pool", "Prediction", "Writer", "open_model"]
