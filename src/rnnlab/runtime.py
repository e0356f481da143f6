"""Exported models without torch: `from rnnlab.runtime import open_model`."""

from rnnlab.kinds.classification.prediction import Prediction
from rnnlab.kinds.classification.runtime import Classifier
from rnnlab.kinds.language_modeling.runtime import Writer
from rnnlab.kinds.tagging.prediction import Entity, TaggedText
from rnnlab.kinds.tagging.runtime import Tagger
from rnnlab.kinds.text_to_text.runtime import Translator
from rnnlab.serve.runtime import Pool, open_model

__all__ = [
    "Classifier",
    "Entity",
    "Pool",
    "Prediction",
    "TaggedText",
    "Tagger",
    "Translator",
    "Writer",
    "open_model",
]
