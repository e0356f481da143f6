"""Paths in the home folder, and machines where there is no home."""

import os
import pwd
from pathlib import Path

import pytest
from hydra import initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser

from rnnlab.data.hub import hugging_face_cache
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.run.config.home import home_quoted
from rnnlab.run.train.command import composed, without_hydra
from rnnlab.training.logger.wandb import has_key

CONFIG_DIR = Path(__file__).parents[3] / "conf"


def config(*overrides: str):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return without_hydra(composed(["task=imdb", "model=gru", *overrides]))


@pytest.fixture
def homeless(monkeypatch):
    """A user of a container: no HOME, and no entry in the list of users."""

    def unknown(number: int):
        raise KeyError(number)

    for name in ("HOME", "RNNLAB_CACHE_DIR", "RNNLAB_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("embedding.path=~/glove.twitter.27B.200d.txt", "embedding.path='~/glove.twitter.27B.200d.txt'"),
        ("embedding.path=~/a.txt,b.txt,~/c.txt", "embedding.path='~/a.txt',b.txt,'~/c.txt'"),
        ("embedding.path='~/a b.txt'", "embedding.path='~/a b.txt'"),
        ("paths=[~/a]", "paths=[~/a]"),
        ("embedding.path=a~/b", "embedding.path=a~/b"),
        ("~callback.best", "~callback.best"),
        ("data.label_separator=;", "data.label_separator=';'"),
        ("data.delimiter=|", "data.delimiter=|"),
        ("seed=1", "seed=1"),
    ],
)
def test_only_a_path_in_the_home_folder_and_a_single_sign_get_quotes(typed, read):
    assert home_quoted(typed) == read


def test_hydra_reads_the_path_as_it_was_typed():
    parsed = OverridesParser.create().parse_override(home_quoted("embedding.path=~/a.txt"))
    assert parsed.value() == "~/a.txt"


def test_folders_of_ours_in_the_home_folder_are_taken_whole(monkeypatch):
    monkeypatch.setenv("HOME", "/some/one")
    assert home_quoted("paths.cache_dir=~/cache") == "paths.cache_dir='/some/one/cache'"
    monkeypatch.delenv("RNNLAB_CACHE_DIR", raising=False)
    assert config().paths.cache_dir == "/some/one/.cache/rnnlab"


def test_without_a_home_a_cache_that_is_named_serves(homeless, monkeypatch):
    assert config("paths.cache_dir=here").paths.cache_dir == "here"
    monkeypatch.setenv("RNNLAB_CACHE_DIR", "/named")
    cfg = config()
    check(cfg)
    assert cfg.data.cache_dir == cfg.paths.cache_dir == "/named"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "seed=1",
            "paths.cache_dir=~/.cache/rnnlab: there is no home folder, HOME is not set: "
            "name a folder, set RNNLAB_CACHE_DIR or set HOME",
        ),
        (
            "paths.output_dir=~/runs",
            "paths.output_dir=~/runs: there is no home folder, HOME is not set: name a folder or set HOME",
        ),
    ],
)
def test_without_a_home_and_without_a_cache_it_says_what_to_set(homeless, override, message):
    cache = [] if override == "seed=1" else ["paths.cache_dir=here"]
    cfg = config(home_quoted(override), *cache)
    with pytest.raises(SettingError) as error:
        check(cfg)
    assert str(error.value) == message


def test_a_tilde_that_nobody_expanded_is_refused_with_the_whole_path(monkeypatch):
    monkeypatch.setenv("HOME", "/some/one")
    monkeypatch.setenv("RNNLAB_CACHE_DIR", "~/cache")
    rule = "~ is not expanded in quotes and in environment variables: write /some/one"
    with pytest.raises(SettingError) as error:
        check(config())
    assert str(error.value) == f"paths.cache_dir=~/cache: {rule}/cache"
    with pytest.raises(SettingError) as error:
        check(config("paths.cache_dir=here", home_quoted("paths.output_dir='~/runs'")))
    assert str(error.value) == f"paths.output_dir=~/runs: {rule}/runs"


def test_a_user_whom_the_system_knows_needs_no_variable(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("RNNLAB_CACHE_DIR", raising=False)
    assert config().paths.cache_dir == f"{pwd.getpwuid(os.getuid()).pw_dir}/.cache/rnnlab"


def test_keys_and_caches_of_others_in_no_home_are_not_there(homeless, monkeypatch):
    for name in ("NETRC", "WANDB_API_KEY", "HF_HOME", "HF_DATASETS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert not has_key("api.wandb.ai")
    assert not hugging_face_cache("a/b").exists()
