"""The BiLSTM classifier of `conf/model/bilstm.yaml` in Keras 3, on torch."""

from __future__ import annotations

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"  # read when keras is imported

import keras
from keras import layers, ops

from rnnlab.data.batch import Batch


class LastMeanMax(layers.Layer):
    """Concatenates the two final states, the mean and the maximum over the real steps."""

    supports_masking = True  # or Keras warns; `words` is the mask here

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        return None  # or the loss would be masked by steps that no longer exist

    def call(self, outputs: Any, final: Any, words: Any) -> Any:
        real = ops.expand_dims(ops.cast(words, outputs.dtype), -1)  # (B, T, 1)
        mean = ops.sum(outputs * real, axis=1) / ops.sum(real, axis=1)
        most = ops.max(ops.where(real > 0, outputs, -1e9), axis=1)
        return ops.concatenate([final, mean, most], axis=-1)


class KerasPeer:
    """The same network, loss, clipping and optimizer, trained by `train_on_batch`."""

    def __init__(
        self, vocab_size: int, model: Any, optimizer: Any, clip: float | None, classes: int, policy: str
    ) -> None:
        keras.mixed_precision.set_global_policy(policy)
        tokens = keras.Input((None,), dtype="int64")
        vectors = layers.Embedding(vocab_size, model.embedding_size, mask_zero=True)(tokens)
        mask = layers.Lambda(lambda ids: ops.not_equal(ids, 0))(tokens)
        dropped = layers.SpatialDropout1D(model.embedding_dropout)(vectors)
        layer = layers.LSTM(model.hidden_size, return_sequences=True, return_state=True)
        outputs, ahead, _, behind, _ = layers.Bidirectional(layer)(dropped, mask=mask)
        final = layers.Concatenate()([ahead, behind])
        pooled = layers.Dropout(model.dropout)(LastMeanMax()(outputs, final, mask))
        self.model = keras.Model(tokens, layers.Dense(classes, dtype="float32")(pooled))
        self.model.compile(
            keras.optimizers.AdamW(optimizer.lr, optimizer.weight_decay, global_clipnorm=clip),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )

    def step(self, batch: Batch) -> None:
        self.model.train_on_batch(batch.tokens, batch.labels)
