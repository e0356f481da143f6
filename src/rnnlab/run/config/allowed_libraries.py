"""Classes of torch, Lightning and torchmetrics that a saved config may build; see `allowed`."""

from __future__ import annotations


def names(module: str, listed: str) -> frozenset[str]:
    """Return the dotted names of the classes that `listed` has, separated by blanks."""
    return frozenset(f"{module}.{name}" for name in listed.split())


OF_TORCH = names(
    "torch.optim",
    "Adadelta Adafactor Adagrad Adam AdamW Adamax ASGD LBFGS NAdam RAdam RMSprop Rprop SGD SparseAdam",
) | names(
    "torch.nn",
    """
    CrossEntropyLoss NLLLoss KLDivLoss MSELoss L1Loss SmoothL1Loss HuberLoss BCELoss BCEWithLogitsLoss
    ReLU LeakyReLU PReLU ELU CELU SELU GELU SiLU Mish Tanh Sigmoid Softplus Softmax LogSoftmax Identity
    Dropout Linear LayerNorm RMSNorm BatchNorm1d Embedding RNN LSTM GRU RNNCell LSTMCell GRUCell
    MultiheadAttention
    """,
)
OF_LIGHTNING = (
    names("pytorch_lightning", "Trainer")
    | names(
        "pytorch_lightning.callbacks",
        """
        DeviceStatsMonitor EarlyStopping GradientAccumulationScheduler LearningRateMonitor ModelCheckpoint
        ModelSummary RichModelSummary RichProgressBar StochasticWeightAveraging Timer TQDMProgressBar
        """,
    )
    | names("pytorch_lightning.loggers", "CSVLogger TensorBoardLogger WandbLogger")
    | names(
        "pytorch_lightning.profilers", "AdvancedProfiler PassThroughProfiler PyTorchProfiler SimpleProfiler"
    )
    | names("pytorch_lightning.strategies", "DDPStrategy FSDPStrategy SingleDeviceStrategy")
    | names(
        "pytorch_lightning.plugins.environments",
        """
        KubeflowEnvironment LightningEnvironment LSFEnvironment MPIEnvironment SLURMEnvironment
        TorchElasticEnvironment XLAEnvironment
        """,
    )
    | names("pytorch_lightning.plugins.precision", "DoublePrecision HalfPrecision MixedPrecision")
)
OF_TORCHMETRICS = frozenset(
    f"torchmetrics.classification.{kind}{name}"
    for kind in ("Binary", "Multiclass", "Multilabel")
    for name in (
        *("Accuracy", "AUROC", "AveragePrecision", "ConfusionMatrix", "F1Score", "FBetaScore"),
        *("MatthewsCorrCoef", "Precision", "Recall", "Specificity"),
    )
) | names(
    "torchmetrics",
    "Accuracy AUROC F1Score MeanMetric MeanSquaredError Precision Recall SumMetric text.Perplexity",
)
PLAIN = frozenset(["datetime.timedelta"])
OF_LIBRARIES = OF_TORCH | OF_LIGHTNING | OF_TORCHMETRICS | PLAIN
