"""Defaults for settings that older run folders lack: how such a run behaved without the setting."""

from __future__ import annotations

from typing import Any

BEFORE: dict[str, Any] = {
    "figures": True,
    "data.train_rows": None,
    "data.validation_tests": True,
    "data.delimiter": "auto",
    "data.encoding": "auto",
    "data.quoting": "auto",
    "data.on_error": "stop",
    "data.max_row": 1 << 24,
    "data.max_file": 1 << 33,
    "embedding.longest_line": 1 << 20,
    "embedding.most_unpacked": 50,
    "model.pairs": "joined",
    "model.forecaster": "rnnlab.model.forecast.direct.DirectForecaster",
    "model.block": "none",
    "model.encoder.block": "none",
    "model.mlp_ratio": 2.0,
    "model.encoder.mlp_ratio": 2.0,
    "model.conv_size": 0,
    "model.encoder.conv_size": 0,
    "decoder.block": "none",
    "task.network.decoder.block": "none",
    "decoder.mlp_ratio": 2.0,
    "task.network.decoder.mlp_ratio": 2.0,
    "model.parameters": None,
    "model.state_size": None,
    "model.window_norm": "none",
    "model.channels": "joint",
    "model.skip": "none",
    "model.series_embedding_size": 0,
    "model.segment_length": 24,
    "model.num_paths": 100,
    "model.negative_eigenvalues": False,
    "model.encoder.options.negative_eigenvalues": False,
    "model.householders": 1,
    "model.encoder.options.householders": 1,
    "model.min_radius": 0.9,
    "model.encoder.options.min_radius": 0.9,
    "model.max_radius": 0.999,
    "model.encoder.options.max_radius": 0.999,
    "model.max_phase": 6.2832,
    "model.encoder.options.max_phase": 6.2832,
    "model.attention_window": 256,
    "model.encoder.options.attention_window": 256,
    "model.decay_kind": "vector",
    "model.encoder.options.decay_kind": "vector",
    "model.state_expansion": 16,
    "model.encoder.options.state_expansion": 16,
    "task.multi_label": False,
    "task.ngram_mixture.enabled": False,
    "task.ngram_mixture.validation_tokens": 10000,
    "tokenizer.exact": False,
    "tokenizer.decompose": False,
    "tokenizer.line_ends": False,
    "tokenizer.pieces": "words",
}
FREE = ("report", "figures", "baselines")  # settings that change no training
RUNNING_TEXT = "rnnlab.data.language_modeling.LanguageModelingData"


def as_before(config: dict[str, Any]) -> list[str]:
    """Return overrides that keep an older run at defaults that have changed since.

    Running text without a test part used to be tested on its validation part; now a part is held out. Decay
    rates of cells used to have weight decay, and decoders no blocks.
    """
    found, data, task = [], config.get("data") or {}, config.get("task") or {}
    if data.get("_target_") == RUNNING_TEXT and "validation_tests" not in data:
        found += ["data.validation_tests=true", f"data.test_fraction={data['test_fraction']}"]
    decoder, model = config.get("decoder") or {}, config.get("model") or {}
    if decoder and "block" not in decoder and model.get("block") == "residual":
        found += ["decoder.block=none", "decoder.mlp_ratio=2.0"]
    kinds = task.get("no_decay")
    if isinstance(kinds, list) and "rate" not in kinds:
        found.append(f"task.no_decay=[{','.join(map(str, kinds))}]")
    return found
