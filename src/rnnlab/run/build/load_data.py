"""The data of some choices, to work with in a notebook."""

from __future__ import annotations

from typing import Any

from hydra import initialize_config_dir

from rnnlab.run.build.assemble import build_data
from rnnlab.run.config.check_overrides import check_words
from rnnlab.run.config.conf_folder import conf_folder
from rnnlab.run.config.home import home_quoted
from rnnlab.run.config.task_variants import with_variant
from rnnlab.run.train.command import check_additions, check_setting, composed, without_hydra


def load_data(*choices: str) -> Any:
    """Prepare the data of a training without training, and return its data module.

    `load_data("task=imdb", "data.max_length=200")` finds, cleans, tokenises and splits the reviews as
    `python train.py task=imdb data.max_length=200` does. `inputs(split)` and `targets(split)` are plain
    values, `encoded(split)` ids, `tokenizer` and `classes` what was learned from the train rows.

    Args:
        choices: as they are typed after `train.py`.

    Raises:
        SettingError: a choice that the training would refuse, or data that cannot be found.
    """
    folder = conf_folder()
    quoted = [home_quoted(choice) for choice in with_variant(choices, folder)]
    check_words(quoted, [folder])
    with initialize_config_dir(str(folder), version_base="1.3"):
        config = without_hydra(composed(quoted))
        check_additions(config, quoted, [folder])
    check_setting(config)
    data = build_data(config)
    data.prepare()
    return data
