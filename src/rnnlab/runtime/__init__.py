"""Exported models without torch: `from rnnlab.runtime import open_model`."""

from rnnlab.runtime.classifier import Classifier, Prediction
from rnnlab.runtime.model import open_model
from rnnlab.runtime.pool import Pool
from rnnlab.runtime.writer import Writer

__all__ = ["Classifier", "Pool", "Prediction", "Writer", "open_model"]
