import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.serve.service.engine import engine_of
from rnnlab.sweep.best_run import open_run

TEXTS = ["a fine film", "what a waste of two hours, and it was far too long", "", "a"]


def test_both_engines_predict_what_the_run_does(classifier_run):
    run = open_run(classifier_run)
    for wanted in ("onnx", "torch"):
        engine = engine_of(run, wanted)
        assert engine.name == wanted
        found = engine.answerer.compute(engine.answerer.encode(TEXTS))
        np.testing.assert_allclose(found, run.probabilities(TEXTS), atol=1e-5)


def test_the_first_choice_is_onnx_and_the_second_says_why(classifier_run, language_run, monkeypatch):
    for folder in (classifier_run, language_run):
        assert engine_of(open_run(folder)).name == "onnx"

    def refuse(run, parts, folder, quantised, measured):
        raise SettingError("RUN", "x", "cannot be held")

    monkeypatch.setattr("rnnlab.export.write.export", refuse)
    assert engine_of(open_run(language_run))[0::3] == ("torch", "RUN=x: cannot be held")
    with pytest.raises(SettingError, match="cannot be held"):
        engine_of(open_run(language_run), "onnx")


def test_eight_bits_are_near_and_not_equal_and_never_torch(classifier_run, monkeypatch):
    run = open_run(classifier_run)
    engine = engine_of(run, quantised=True)
    found = engine.answerer.compute(engine.answerer.encode(TEXTS))
    exact = run.probabilities(TEXTS)
    np.testing.assert_allclose(found, exact, atol=0.05)
    assert np.abs(found - exact).max() > 1e-6

    def refuse(run, parts, folder, quantised, measured):
        raise SettingError("RUN", "x", "cannot be held")

    monkeypatch.setattr("rnnlab.export.write.export", refuse)
    with pytest.raises(SettingError, match="cannot be held"):
        engine_of(run, quantised=True)


@pytest.mark.parametrize("wanted", ["onnx", "torch"])
def test_both_engines_write_as_much_as_is_asked_for(language_run, wanted):
    writer = engine_of(open_run(language_run), wanted).write("(", 20, Decoding(temperature=0), 1)
    assert len(writer.write(8) + writer.write(12)) == 20
