import tempfile
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.tokenizer import WordTokenizer, token_counts
from rnnlab.tokenizer.token_counts import ENTRY, MOST_RUNS, TokenCounts

TOKENS = st.text(st.sampled_from(list("ab 12é\ud800\u2028\x85")), min_size=1, max_size=4)
PARTS = st.lists(st.dictionaries(TOKENS, st.integers(1, 5), max_size=8), max_size=60)


def ranked(parts, limit, min_count):
    total = sum(map(Counter, parts), Counter())
    return [word for word, count in sorted(total.items(), key=lambda p: (-p[1], p[0])) if count >= min_count][
        :limit
    ]


@given(PARTS, st.one_of(st.none(), st.integers(1, 9)), st.integers(1, 4), st.sampled_from([1, 600, 10**9]))
def test_counts_are_the_same_however_little_is_kept_in_memory(parts, limit, min_count, most):
    with TokenCounts(most) as counts:
        for part in parts:
            counts.add(part)
        assert len(counts._runs) <= MOST_RUNS
        assert counts.commonest(limit, min_count) == ranked(parts, limit, min_count)
        assert counts.commonest(limit, min_count) == ranked(parts, limit, min_count)


def test_what_is_left_out_takes_no_place():
    with TokenCounts() as counts:
        counts.add({"<unk>": 9, "b": 2, "a": 2, "c": 1})
        assert counts.commonest(2, 1, without=("<unk>",)) == ["a", "b"]


def test_memory_is_bounded_while_new_words_go_on_coming():
    words, rng = 40 * 5_000, np.random.default_rng(0)
    most = 10_000 * (ENTRY + 60)
    with TokenCounts(most) as counts:
        largest = 0
        for _ in range(0, words, 5_000):
            counts.add({f"word{n}": 1 for n in rng.integers(words, size=5_000).tolist()} | {"the": 1})
            largest = max(largest, len(counts._counts))
        assert largest <= 15_000  # the limit and a part; all are more than a hundred thousand
        assert 1 < len(counts._runs) <= MOST_RUNS
        assert counts.commonest(1, 1) == ["the"]
        assert len(counts.commonest(None, 1)) > 100_000


def test_files_of_counts_vanish(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with TokenCounts(1) as counts:
        counts.add({"a": 1})
        (run,) = counts._runs
    assert run.closed
    assert not list(tmp_path.iterdir())


def test_the_vocabulary_of_a_tokenizer_does_not_depend_on_the_memory(monkeypatch):
    texts = [f"word{n % 700} and {n % 13} <unk>" for n in range(2500)]
    whole, spilled = WordTokenizer(vocab_size=500), WordTokenizer(vocab_size=500)
    whole.train(texts)
    monkeypatch.setattr(token_counts.TokenCounts.__init__, "__defaults__", (1,))
    spilled.train(texts)
    assert whole.vocabulary == spilled.vocabulary
    assert len(whole.vocabulary) == 500
