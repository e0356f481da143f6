"""Classes that a saved config may build: rnnlab's own, and those of its libraries (`allowed_libraries`).

A config names classes by `_target_`, and whatever it names is imported and called. That is fine for a config
that the user types, but not for a folder that somebody else may have made.
A class that is renamed here needs its older one in `rnnlab.run.config.moved_names.MOVED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnnlab.run.config.allowed_libraries import OF_LIBRARIES, names

OWN = names(
    "rnnlab",
    """
    data.augment.augmenter.Augmenter
    training.callback.checkpoint.BestCheckpoint
    training.callback.checkpoint.LastCheckpoint
    training.callback.ema.WeightAverage
    training.callback.grad_norms.GradientNorms
    training.callback.gradual.GradualUnfreezing
    training.callback.interrupt.GracefulStop
    training.callback.nt_asgd.NonMonotonicAverage
    training.callback.progress_bar.EpochBar
    training.callback.random_state.RandomState
    training.callback.swa.StochasticWeightAverage
    training.callback.throughput.Throughput
    training.callback.unfreeze.UnfreezeEmbedding
    training.callback.whole_time.WholeTime
    data.classification.ClassificationData
    data.digits.Digits
    data.document_data.DocumentData
    data.language_modeling.LanguageModelingData
    data.pair_data.PairData
    data.probe.adding.Adding
    data.probe.arithmetic.ModularArithmetic
    data.probe.arithmetic.ModularBrackets
    data.probe.counting.Counting
    data.probe.delayed_copy.DelayedCopy
    data.probe.digits.SequentialDigits
    data.probe.dyck.Dyck
    data.probe.induction.Induction
    data.probe.mqar.Mqar
    data.probe.parity.Parity
    data.probe.data.ProbeData
    data.probe.selective_copy.SelectiveCopy
    data.probe.word_problem.WordProblem
    data.series.labelled_sets.NabData
    data.series.labelled_sets.SkabData
    data.series.series_data.SeriesData
    data.styled_data.StyledData
    data.synthetic.SyntheticBrackets
    data.synthetic.SyntheticSentiment
    data.tagged.TaggedData
    embedding.fasttext.FastText
    embedding.files.VectorFile
    embedding.trainable.Trainable
    embedding.trained.Word2Vec
    training.logger.csv.CSVLogger
    training.logger.tensorboard.tensorboard_logger
    training.logger.wandb.wandb_logger
    model.causal_attention.CausalAttention
    model.classifier.Classifier
    model.decoder.bahdanau.BahdanauDecoder
    model.decoder.luong.LuongDecoder
    model.decoder.none.PlainDecoder
    model.decoder.pointer.PointerDecoder
    model.encoder.RecurrentEncoder
    model.encoder_decoder.EncoderDecoder
    model.forecast.deepar.DeepAR
    model.forecast.direct.DirectForecaster
    model.forecast.es_rnn.ESRNN
    model.forecast.options.ForecastOptions
    model.forecast.segrnn.SegRNN
    model.forecast.seq2seq.Seq2Seq
    model.hierarchical.HierarchicalClassifier
    model.language_model.LanguageModel
    model.regressor.Regressor
    model.cell_options.CellOptions
    model.scoring.autoencoder.SequenceAutoencoder
    model.scoring.forecaster.StepDensity
    model.scoring.forecaster.StepForecaster
    model.self_attention.SelfAttention
    model.series_classifier.SeriesClassifier
    model.characters.base.NoLetters
    model.characters.cnn.LetterCNN
    model.characters.lstm.LetterLSTM
    model.head.crf.CRF
    model.head.gaussian.Gaussian
    model.head.mixture.Mixture
    model.head.negative_binomial.NegativeBinomial
    model.head.point.Point
    model.head.quantile.Quantile
    model.head.softmax.Softmax
    model.head.student_t.StudentT
    model.step_network.StepNetwork
    model.tagger.Tagger
    kinds.classification.ngrams.naive_bayes.NaiveBayesNgrams
    training.optimizer.muon.MuonAdamW
    kinds.classification.pretraining.regions.RegionPretraining
    training.scheduler.plateau.Plateau
    training.scheduler.lr_curve.Constant
    training.scheduler.lr_curve.Cosine
    training.scheduler.lr_curve.OneCycle
    training.scheduler.lr_curve.SlantedTriangular
    training.scheduler.lr_curve.Step
    training.scheduler.lr_curve.Trapezoid
    kinds.classification.series.task.SeriesClassification
    kinds.classification.task.Classification
    kinds.forecasting.task.Forecasting
    kinds.anomaly.task.AnomalyDetection
    kinds.language_modeling.task.LanguageModeling
    kinds.multi_label.task.MultiLabel
    kinds.probing.task.Probing
    kinds.regression.task.Regression
    kinds.classification.objective.objectives.Objective
    kinds.tagging.task.Tagging
    kinds.text_to_text.task.TextToText
    text.cleaner.Cleaner
    tokenizer.char.CharTokenizer
    tokenizer.saved.SavedTokenizer
    tokenizer.sentence.SentenceTokenizer
    tokenizer.subword.BpeTokenizer
    tokenizer.subword.ByteBpeTokenizer
    tokenizer.subword.UnigramTokenizer
    tokenizer.subword.WordPieceTokenizer
    tokenizer.word.WordTokenizer
    """,
)
ALLOWED = OWN | OF_LIBRARIES


def targets(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the dotted key and value of every `_target_` in nested dicts and lists."""
    for place, value in places(node):
        if place.rpartition(".")[2] == "_target_":
            yield place, value


def interpolations(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the dotted key and value of every string with an OmegaConf interpolation, `${...}`."""
    for place, value in places(node):
        if isinstance(value, str) and "${" in value:
            yield place, value


def places(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value with its dotted key, outermost first; iterative, as nesting may be deep."""
    waiting: list[tuple[str, Any]] = [("", node)]
    while waiting:
        place, value = waiting.pop()
        yield place, value
        if isinstance(value, dict):
            inside = [(str(key), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            inside = [(str(key), item) for key, item in enumerate(value)]
        else:
            continue
        waiting += [(f"{place}.{key}" if place else key, item) for key, item in reversed(inside)]
