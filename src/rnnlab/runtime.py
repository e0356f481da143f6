"""Exported models without torch: `from rnnlab.runtime import open_model`."""

from rnnlab.serve.runtime import Classifier, Pool, Prediction, Writer, open_model

__all__ = ["Classifier", "Pool", "Prediction", "Writer", "open_model"]
