import numpy as np
import pytest

from rnnlab.errors import UserError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse import search
from rnnlab.generate.verse.alphabet import Alphabet
from rnnlab.generate.verse.forms import FORMS
from rnnlab.generate.verse.lines import Start, Writer
from rnnlab.generate.verse.measure import measure
from rnnlab.generate.verse.row import Row
from rnnlab.generate.verse.search import Search


@pytest.fixture
def begin(poet, letters, monkeypatch):
    """begin(form, seed) -> a search with few lines at once."""
    monkeypatch.setattr(search, "DRAWN", 24)

    def started(form, seed=1, engine=poet):
        writer = Writer(engine, Alphabet(letters, form, Decoding()), Decoding())
        logits, state = engine.read(np.array([letters.encode("\n")]))
        return Search(writer, FORMS[form], Start(state, logits), (seed, 0))

    return started


@pytest.mark.parametrize("form", [name for name in FORMS if name != "abc"])
def test_every_form_is_reached(begin, form):
    lines = [row.text for row in begin(form).run()]
    found = measure("".join(lines), FORMS[form])
    assert found.whole
    assert found.syllable_error == 0
    assert found.known == found.words
    assert len(set(lines)) == len(lines)


def test_the_seed_decides(begin):
    texts = [[row.text for row in begin("quatrain", seed).run()] for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_back_to_the_line_that_wants_a_rhyme(begin):
    found = begin("quatrain")
    start = found.starts[0]
    found.rows, found.starts = [Row("a"), Row("b"), Row("c")], [start] * 4
    found.go_back()
    assert ([row.text for row in found.rows], len(found.starts)) == (["a"], 2)
    found.rows, found.starts = [Row("a")], [start] * 2
    found.go_back()
    assert (found.rows, len(found.starts)) == ([], 1)


def test_an_earlier_line_is_not_written_again(begin):
    found = begin("couplet")
    found.rows = [Row("Here is the day,\n")]
    assert found.best([Row("Here is the day,\n")]) is None
    assert not found.may_end("day"), "it is the end of a line"
    assert not found.may_end("way"), "it rhymes with one"
    assert not found.may_end("the")
    assert found.may_end("here")


def test_a_model_that_writes_no_lines(begin, counts, letters, monkeypatch):
    monkeypatch.setattr(search, "BUDGET", 1)
    with pytest.raises(UserError, match=r"--form=sonnet: the model found 0 of 14 lines in 15 tries"):
        begin("sonnet", engine=counts("zzzzzzzzzzzzzzzzzz", letters)).run()
