"""Augmentation as a classifier's run sets it up."""

import numpy as np
import pytest

from rnnlab.kinds.classification import KIND
from rnnlab.kinds.classification.augmentation import set_augmenter
from rnnlab.run.build.assemble import build_data
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.lab import work_of

from ...run.conftest import composed

SMALL = ["data.train_rows=400", "data.validation_rows=40", "data.test_rows=40"]


@pytest.mark.parametrize(("choice", "changes"), [("none", False), ("mixup", False), ("eda", True)])
def test_the_data_get_an_augmenter_where_rows_are_to_change(tmp_path, caplog, choice, changes):
    cfg = composed(["task=imdb", "data=synthetic", f"augment={choice}", *SMALL], tmp_path / "run")
    data = build_data(cfg)
    data.prepare()
    work = work_of(cfg, RunFolder(tmp_path / "run"), data, KIND.facts(data))
    work.words = build_vectors(build_choice(cfg), data)
    with caplog.at_level("INFO", "rnnlab"):
        set_augmenter(work)
    told = [message for message in caplog.messages if "augment.insertion=0 augment.replacement=0" in message]
    assert len(told) == changes
    assert not told or f"15 passes over {data.provenance['tokens']['train']:,} tokens" in told[0]
    assert (data.augmenter is not None) is changes
    if changes:  # neighbours were learned for it, because the run itself has no vectors
        row = data.encoded("train").ids[:40]
        drawn = [data.augmenter(row, np.random.default_rng(seed)).tolist() for seed in range(8)]
        assert any(ids != row.tolist() for ids in drawn)
