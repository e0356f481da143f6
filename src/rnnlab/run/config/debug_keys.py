"""Settings of `debug=` that the chosen data do not have, such as `data.train_rows` of series."""

from __future__ import annotations

from collections.abc import Sequence

from omegaconf import DictConfig, open_dict

from rnnlab.run.config.signature import Absent, parameters

OF_SOME = ("train_rows",)  # keys of `data` that files of conf/debug set for every task


def fit_debug(cfg: DictConfig, overrides: Sequence[str]) -> None:
    """Remove from `cfg.data` what `debug=` has added and the data module takes no such argument for.

    Args:
        overrides: as typed. A key that is typed stays, and is refused by the data module if it has no use.
    """
    if not any(one.startswith("debug=") for one in overrides):
        return
    typed = {one.lstrip("+").partition("=")[0] for one in overrides}
    try:
        known = parameters(str(cfg.data.get("_target_")))
    except Absent:  # the build reports it
        return
    for key in OF_SOME:
        if known is not None and key not in known and key in cfg.data and f"data.{key}" not in typed:
            with open_dict(cfg.data):
                del cfg.data[key]
