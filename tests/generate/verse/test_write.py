import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse import search
from rnnlab.generate.verse.words import line_syllables
from rnnlab.generate.verse.write import compose


@pytest.fixture(autouse=True)
def few_lines_at_once(monkeypatch):
    monkeypatch.setattr(search, "DRAWN", 24)


def test_a_poem_and_its_report(poet, letters):
    poem = compose(poet, letters, "couplet", "", Decoding(), seed=1)
    assert poem.text.splitlines() == list(poem.lines)
    assert len(poem.lines) == 2
    assert poem.measured.whole
    assert poem.report.startswith(
        "2 of 2 lines, 1 of 1 rhymes, 0.00 syllables off a line, 100% of the constraints"
    )
    assert poem.report.endswith(f"{poem.nats:.3f} nats a character")
    assert poem.nats > 0


def test_the_same_and_another(poet, letters):
    texts = [compose(poet, letters, "couplet", "", Decoding(), 1, number).text for number in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]


def test_a_prompt_is_read_and_its_last_line_goes_on(poet, letters):
    poem = compose(poet, letters, "couplet", "The sun of May,\nThe golden sum", Decoding(), seed=1)
    assert poem.lines[0].startswith("The golden sum")
    assert [line_syllables(line) for line in poem.lines] == [10, 10]


@pytest.mark.parametrize("prompt", ["The golden summer and the winter and the sun", "The gxqw"])
def test_a_prompt_that_no_line_begins_with(prompt, poet, letters):
    with pytest.raises(SettingError, match=r"--prompt=The g.*: must begin a line of 10 syllables, and leave"):
        compose(poet, letters, "couplet", prompt, Decoding(), seed=1)


def test_a_form_that_there_is_not(poet, letters):
    with pytest.raises(SettingError, match="--form=haiku"):
        compose(poet, letters, "haiku", "", Decoding(), seed=1)


def test_threads_are_as_before(poet, letters):
    import torch

    before = torch.get_num_threads()
    compose(poet, letters, "couplet", "", Decoding(), seed=1)
    assert torch.get_num_threads() == before


def test_a_run_whose_vocabulary_lacks_letters(language_run):
    from rnnlab.generate.fused import engine_of
    from rnnlab.sweep.best_run import open_run

    run = open_run(language_run)
    with pytest.raises(SettingError, match="--form=sonnet: the run's vocabulary cannot write it: it lacks"):
        compose(engine_of(run.network), run.tokenizer, "sonnet", "", Decoding(), seed=1)


@pytest.mark.slow
def test_a_trained_network_writes_a_quatrain(train_run, verses, tmp_path):
    from rnnlab.generate.fused import engine_of
    from rnnlab.sweep.best_run import open_run

    text = tmp_path / "verses.txt"
    text.write_text(verses, encoding="utf-8")
    settings = ["data=textfile", f"data.files.train={text}", "model.hidden_size=64", "trainer.max_epochs=8"]
    run = open_run(train_run(tmp_path / "run", "task=shakespeare", "model=lstm", *settings))
    poem = compose(engine_of(run.network), run.tokenizer, "quatrain", "", Decoding(), seed=1)
    assert poem.measured.whole
    assert poem.measured.syllable_error == 0
    assert poem == compose(engine_of(run.network), run.tokenizer, "quatrain", "", Decoding(), seed=1)
