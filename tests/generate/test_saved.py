from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.fused import engine_of
from rnnlab.generate.saved import load, save
from rnnlab.generate.writing import begin
from rnnlab.tokenizer.char import CharTokenizer


def test_what_is_not_of_this_model_is_refused(make_model, letters, tmp_path):
    engine, path = engine_of(make_model()), tmp_path / "here.npz"
    with pytest.raises(SettingError, match=r"--from-state=.*there is no such file"):
        load(path, engine, letters)
    path.write_text("nothing")
    with pytest.raises(SettingError, match="is no state that rnnlab generate --save-state wrote"):
        load(path, engine, letters)
    save(path, begin(engine, letters, ["ab"]), letters)
    assert load(path, engine, letters).read == [letters.encode("ab")]
    with pytest.raises(SettingError, match="is of a network of other sizes"):
        load(path, engine_of(make_model(layers=1)), letters)
    other = CharTokenizer()
    other.train(["xyz"])
    with pytest.raises(SettingError, match="is of a run with another tokenizer"):
        load(path, engine, other)
    assert [file.name for file in tmp_path.iterdir()] == ["here.npz"]
