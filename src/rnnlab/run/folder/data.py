"""The data of a run, prepared again, if they are unchanged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError
from rnnlab.untrusted import read_json

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

PLACES = {"data_dir": "RNNLAB_DATA_DIR", "cache_dir": "RNNLAB_CACHE_DIR"}


def data_of(run: FinishedRun) -> Any:
    """Return the run's data module, prepared.

    Looks in the environment's data folder first, then in the run's, which may be of another machine.

    Raises:
        SettingError: the files are missing, or differ from those of the training.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import ConfigAttributeError

    from rnnlab.run.build.assemble import build_data
    from rnnlab.run.build.rebuild import made_by
    from rnnlab.run.config.check_pretrained import keeps_tokenizer
    from rnnlab.run.config.moved_files import found_again
    from rnnlab.run.folder.run_preprocessing import config_of
    from rnnlab.run.folder.same_data import difference_of

    settings = run.config.copy()
    for key, value in found_again(config_of(run.folder.config), run.result.get("cwd")).items():
        if key != "paths.data_dir":
            OmegaConf.update(settings, key, value)
        elif "data_dir" in settings.data:
            settings.data.data_dir = value
    for key, variable in PLACES.items():
        if key in settings.data and os.environ.get(variable):
            settings.data[key] = os.environ[variable]
    if "path" in (settings.get("tokenizer") or {}):  # of tokenizer=saved: the run has a copy of its own
        settings.tokenizer.path = str(run.folder.tokenizer)
    try:
        data = build_data(settings, run.tokenizer if keeps_tokenizer(settings) else None)
    except ConfigAttributeError as error:
        rule = f"this rnnlab cannot prepare its data: {str(error).splitlines()[0]}; {made_by(run.folder)}"
        raise SettingError("RUN", run.folder.path, rule) from error
    data.prepare()
    difference = difference_of(run.result.get("data") or {}, data.provenance)
    if difference:
        raise SettingError("RUN", run.folder.path, f"its data have changed since: {difference}")
    if run.folder.tokenizer.is_file() and data.tokenizer.to_json() != read_json(run.folder.tokenizer):
        raise SettingError(
            "RUN", run.folder.path, "its texts have changed since: they give another vocabulary"
        )
    return data
