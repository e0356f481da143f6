"""Several processes say what one says, in the order of the texts."""

import numpy as np
import pytest

from rnnlab.cli import main
from rnnlab.errors import UserError
from rnnlab.serve.runtime import Pool, open_model, pool
from rnnlab.serve.runtime.pool import CHUNK, chunk_size

NOTES = ["", "empty text", "no known token"]


@pytest.mark.slow
def test_many_texts_in_order(classifier_run, tmp_path):
    assert main(["export", str(classifier_run), "--output", str(tmp_path / "model")]) == 0
    texts = [f"the plot was {'not ' * (i % 3)}good {i}" for i in range(CHUNK + 50)]
    model = open_model(tmp_path / "model")
    with Pool(tmp_path / "model", workers=2) as pool:
        np.testing.assert_allclose(pool.probabilities(texts), model.probabilities(texts), atol=1e-6)
        assert pool.predict_batch([]) == []
        assert [one.note for one in pool.predict_batch(["the film", "", "zzyzx"])] == NOTES
        assert [model.predict(text).note for text in ("the film", "", "zzyzx")] == NOTES
        assert pool.predict_batch(texts[:3])[1].label == model.predict(texts[1]).label


def test_what_is_no_classifier(language_run, tmp_path):
    assert main(["export", str(language_run), "--output", str(tmp_path / "model")]) == 0
    with pytest.raises(UserError, match="a pool predicts classes"):
        Pool(tmp_path / "model")
    with pytest.raises(UserError, match="workers=0: must be at least 1"):
        Pool(tmp_path / "model", workers=0)


def test_a_machine_that_lets_no_processes_share_memory(classifier_run, tmp_path, monkeypatch):
    def fails(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    assert main(["export", str(classifier_run), "--output", str(tmp_path / "model")]) == 0
    monkeypatch.setattr(pool, "ProcessPoolExecutor", fails)
    with pytest.raises(UserError, match=r"workers=2: .* \(Read-only file system\): use open_model"):
        Pool(tmp_path / "model")


@pytest.mark.parametrize(
    ("count", "workers", "size"),
    [
        (0, 2, 1),
        (1, 2, 1),
        (5, 2, 3),
        (CHUNK, 2, CHUNK // 2),
        (3 * CHUNK, 2, 3 * CHUNK // 4),
        (9 * CHUNK, 3, CHUNK),
    ],
)
def test_each_process_gets_as_many_equal_parts(count, workers, size):
    assert chunk_size(count, workers) == size
