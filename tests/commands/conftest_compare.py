"""A second run on the data of `classifier_run`."""

import pytest


@pytest.fixture(scope="session")
def other_run(train_run, tmp_path_factory):
    few = ["data.train_rows=400", "data.validation_rows=100", "data.test_rows=100"]
    small = ["model.embedding_size=16", "model.hidden_size=16", "trainer.max_epochs=8", "optimizer.lr=0.02"]
    folder = tmp_path_factory.mktemp("other") / "run"
    return train_run(folder, "task=imdb", "data=synthetic", "model=gru", *few, *small)
