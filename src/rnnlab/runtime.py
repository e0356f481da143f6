"""Exported models without torch: `from rnnlab.runtime import open_model`."""

from rnnlab.kinds.classification.prediction import Prediction
from rnnlab.kinds.classification.runtime import Classifier
from rnnlab.kinds.language_modeling.runtime import Writer
from rnnlab.serve.runtime import Pool, open_model

__all__ = ["Classifier", "Pool", "Prediction", "Writer", "open_model"]
