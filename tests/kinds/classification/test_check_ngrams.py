import pytest
from omegaconf import OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

from ...run.conftest import composed

ON = ["task=imdb", "data=synthetic", "ngrams=naive_bayes"]


def refusal(tmp_path, *overrides):
    with pytest.raises(SettingError) as error:
        check(composed(list(overrides), tmp_path / "run"))
    return str(error.value)


def test_it_is_off_and_every_choice_passes(tmp_path):
    assert OmegaConf.to_container(composed(["task=imdb"], tmp_path / "run").ngrams) == {}
    check(composed(ON, tmp_path / "run"))


@pytest.mark.parametrize("wrong", ["[]", "3", "[0]", "[1,-1]", "[a]", "null", "[true]"])
def test_strengths_that_are_none_are_refused(tmp_path, wrong):
    assert refusal(tmp_path, *ON, f"ngrams.strengths={wrong}").startswith("ngrams.strengths=")


@pytest.mark.parametrize("wrong", ["[]", "0.5", "[1]", "[1,0]", "[1,2,3]", "[a,1]", "[true,1]"])
def test_a_blend_that_is_none_is_refused(tmp_path, wrong):
    check(composed([*ON, "ngrams.blend=[0.64,0.34]"], tmp_path / "run"))
    assert refusal(tmp_path, *ON, f"ngrams.blend={wrong}").startswith("ngrams.blend=")


@pytest.mark.parametrize("wrong", ["longest=0", "min_count=0", "smoothing=0", "longest=1.5"])
def test_numbers_out_of_range_are_refused(tmp_path, wrong):
    assert refusal(tmp_path, *ON, f"ngrams.{wrong}").startswith(f"ngrams.{wrong}: must be")


def test_a_machine_without_scikit_learn_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("rnnlab.kinds.classification.check_ngrams.find_spec", lambda name: None)
    assert refusal(tmp_path, *ON) == "ngrams=naive_bayes: needs scikit-learn: pip install scikit-learn"


def test_self_training_wants_texts_without_labels_by_their_tokens(tmp_path):
    imdb = ["task=imdb", "ngrams=naive_bayes", "ngrams.self_training=true"]
    check(composed(imdb, tmp_path / "run"))
    assert refusal(tmp_path, *imdb, "ngrams.characters=3") == (
        "ngrams.self_training=True: texts without labels are kept as tokens alone: choose ngrams.characters=0"
    )
    assert refusal(tmp_path, *ON, "ngrams.self_training=true").endswith("has no texts without labels")
    assert refusal(tmp_path, *ON, "ngrams.self_training=3").startswith("ngrams.self_training=3: must be")
