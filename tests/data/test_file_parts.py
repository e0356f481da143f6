"""Names of data files: parallel ones, patterns, and settings that are parts of names."""

from pathlib import Path

import pytest

from rnnlab.data.file_parts import files_of, flat_files, is_there, matching, unknown_part
from rnnlab.data.source import DatasetSpec, local_files
from rnnlab.errors import SettingError


def test_two_parallel_files_get_a_name_each():
    flat = flat_files({"train": ["a.en", "a.de"], "validation": None, "test": "b.tsv"})
    assert flat == {"train": "a.en", "train.target": "a.de", "validation": None, "test": "b.tsv"}
    files = {name: Path(path) for name, path in flat.items() if path}
    assert files_of(files, "train") == (Path("a.en"), Path("a.de"))
    assert files_of(files, "test") == (Path("b.tsv"),)


@pytest.mark.parametrize("named", [["a.en"], ["a", "b", "c"]])
def test_another_number_of_files_is_refused(named):
    with pytest.raises(
        SettingError, match=r"^data.files.train=\[a.*\]: must be a file, or two parallel ones"
    ):
        flat_files({"train": named})


def test_a_pattern_finds_the_folder(tmp_path):
    for name in ("high/xx_train.tsv", "low/yy_train.tsv"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("a\tb\n")
    assert matching(tmp_path / "*" / "yy_train.tsv") == [tmp_path / "low" / "yy_train.tsv"]
    assert is_there(tmp_path / "*" / "yy_train.tsv")
    assert not is_there(tmp_path / "*" / "zz_train.tsv")
    spec = DatasetSpec("g2p", {"train": "*/yy_train.tsv"})
    assert local_files(spec, tmp_path).files == {"train": tmp_path / "low" / "yy_train.tsv"}


def test_a_language_that_is_missing_is_an_error_with_those_that_exist(tmp_path):
    for name in ("g2p/high/eng_us_train.tsv", "g2p/low/ady_train.tsv", "g2p/low/wel_sw_train.tsv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a\tb\n")
    spec = DatasetSpec("g2p", {"train": "g2p/*/adx_train.tsv"}, named={"language": "adx"})
    with pytest.raises(SettingError) as error:
        local_files(spec, tmp_path, required=True)
    assert str(error.value) == (
        "data.language=adx: the data have no language of this name: there is no adx_train.tsv\n"
        "did you mean ady? there are: ady, eng_us, wel_sw"
    )


def test_a_target_language_that_is_missing_names_its_own_setting(tmp_path):
    for name in ("train.en", "train.de", "train.fr"):
        (tmp_path / name).write_text("a\n")
    named = {"source_language": "en", "target_language": "xx"}
    spec = DatasetSpec("pairs", {"train": "train.en", "train.target": "train.xx"}, named=named)
    with pytest.raises(SettingError, match=r"^data.target_language=xx: .*\nthere are: de, en, fr$"):
        local_files(spec, tmp_path, required=True)


def test_a_file_that_holds_no_setting_is_another_error(tmp_path):
    assert unknown_part(Path("a.tsv"), [tmp_path / "a.tsv"], {"language": "xx"}) is None
    spec = DatasetSpec("pairs", {"train": "a.en", "train.target": "a.de"})
    (tmp_path / "a.en").write_text("a\n")
    with pytest.raises(SettingError, match=r"^data.files.train=a.de: no such file in "):
        local_files(spec, tmp_path, required=True)
