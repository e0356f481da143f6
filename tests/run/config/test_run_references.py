from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.config.run_references import overrides, settle
from rnnlab.run.folder.run_folder import RunFolder


@pytest.fixture
def outputs(tmp_path):
    """A folder of two runs whose names need quotes."""
    for name in ("it's first", "a, second"):
        folder = RunFolder(tmp_path / "imdb" / "lstm" / name)
        for file in (folder.config, folder.best, folder.tokenizer):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("task: {name: imdb}\n")
    return tmp_path


def config(outputs, pretrained, teachers):
    objective = {"teacher": 1.0, "teachers": teachers}
    return OmegaConf.create(
        {
            "task": {"_target_": "rnnlab.kinds.classification.task.Classification"},
            "paths": {"output_dir": str(outputs)},
            "pretrained": pretrained,
            "objective": objective,
        }
    )


def test_names_become_whole_paths_that_a_command_line_can_say(outputs):
    cfg = config(outputs, "first", ["ngrams", "second"])
    settle(cfg)
    first, second = (str(outputs / "imdb" / "lstm" / name) for name in ("it's first", "a, second"))
    assert cfg.pretrained == first
    assert list(cfg.objective.teachers) == ["ngrams", second]
    assert all(Path(path).is_absolute() for path in (first, second))
    parsed = OverridesParser.create().parse_overrides(overrides(OmegaConf.to_container(cfg)))
    values = {one.key_or_group: one.value() for one in parsed}
    assert values == {"pretrained": first, "objective.teachers": ["ngrams", second]}
    settle(cfg)
    assert cfg.pretrained == first


def test_one_run_for_each_direction_stays_a_list_and_nothing_stays_nothing(outputs):
    cfg = config(outputs, ["first", "second"], ["ngrams"])
    settle(cfg)
    assert [Path(path).name for path in cfg.pretrained] == ["it's first", "a, second"]
    nothing = config(outputs, None, ["ngrams"])
    nothing.objective.teacher = 0.0
    settle(nothing)
    assert nothing.pretrained is None
    assert overrides(OmegaConf.to_container(nothing)) == []


def test_a_run_that_there_is_not_is_an_error_of_its_setting(outputs):
    with pytest.raises(SettingError, match=r"objective\.teachers=third"):
        settle(config(outputs, None, ["third"]))
