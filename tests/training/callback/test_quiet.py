"""What Lightning says that no user needs is gone, and real warnings are not."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from rnnlab.training.callback.quiet import quiet


def test_a_whole_run_says_nothing_on_its_own(tiny: Any, tmp_path: Path, capfd: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        quiet()
        trainer = tiny.trainer(tmp_path, max_epochs=1, log_every_n_steps=50)
        trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
        trainer.test(tiny.task(), datamodule=tiny.data("classification"), verbose=False)
    assert [str(warning.message) for warning in caught] == []
    assert "".join(capfd.readouterr()) == ""


def test_a_real_warning_still_comes() -> None:
    with warnings.catch_warnings():
        quiet()
        with pytest.warns(UserWarning, match="loss is not finite"):
            warnings.warn("loss is not finite", stacklevel=1)
