"""`debug=` works for data without its settings, and a typed setting is never dropped."""

from __future__ import annotations

import pytest
from omegaconf import OmegaConf

from rnnlab.run.config.debug_keys import fit_debug

SERIES = "rnnlab.data.series.series_data.SeriesData"
TEXTS = "rnnlab.data.classification.ClassificationData"


@pytest.mark.parametrize(
    ("target", "typed", "kept"),
    [
        (SERIES, ["task=forecast", "debug=fast"], False),
        ("rnnlab.data.digits.Digits", ["debug=fast"], False),
        ("rnnlab.data.probe.data.ProbeData", ["debug=fast"], False),
        (TEXTS, ["debug=fast"], True),
        ("rnnlab.data.language_modeling.LanguageModelingData", ["debug=fast"], True),
        (SERIES, ["debug=fast", "+data.train_rows=5"], True),  # the build refuses it
        (SERIES, ["task=forecast"], True),
        ("nowhere.Data", ["debug=fast"], True),
    ],
)
def test_only_what_debug_added_and_the_data_do_not_take_is_removed(target, typed, kept):
    cfg = OmegaConf.create({"data": {"_target_": target, "train_rows": 2000, "other": 1}})
    OmegaConf.set_struct(cfg, True)
    fit_debug(cfg, typed)
    assert ("train_rows" in cfg.data) is kept
    assert cfg.data.other == 1
