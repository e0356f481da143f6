"""Cleaner and tokenizer as a run's folder has them."""

import pytest

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.run_preprocessing import cleaner_of, tokenizer_of


def test_the_runs_own_steps_and_vocabulary_are_used(make_run):
    folder = make_run(steps={"html_entities": True, "whitespace": False})
    assert cleaner_of(folder)("a  &amp;") == "a  &"
    assert tokenizer_of(folder).vocabulary[2:4] == ["bad", "film"]


def test_a_cleaner_of_a_folder_s_own_choice_is_refused(make_run):
    folder = make_run()
    folder.config.write_text("text: {_target_: collections.Counter, steps: 3}")
    with pytest.raises(SettingError, match=r"would build text\._target_=collections\.Counter"):
        cleaner_of(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "its config.yaml cannot be read"),
        ("[]", "its config.yaml is not that of a run"),
        ("task: {name: imdb}", "its config.yaml has no text"),
    ],
)
def test_a_config_that_cannot_serve_is_said(make_run, content, message):
    folder = make_run()
    folder.config.write_text(content)
    with pytest.raises(SettingError, match=message):
        cleaner_of(folder)


def test_a_run_without_or_with_a_broken_tokenizer_is_said(make_run):
    folder = make_run()
    folder.tokenizer.write_text("{}")
    with pytest.raises(UserError, match="is not a tokenizer file"):
        tokenizer_of(folder)
    folder.tokenizer.unlink()
    with pytest.raises(SettingError, match=r"has no tokenizer\.json"):
        tokenizer_of(folder)
