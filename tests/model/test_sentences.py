from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rnnlab.model.sentences import SENTENCE_ID, by_row, find, join, like_lengths, split, word_index

rows_of_tokens = st.lists(
    st.lists(st.sampled_from([SENTENCE_ID, SENTENCE_ID, 1, 3, 4, 5]), min_size=1, max_size=12),
    min_size=1,
    max_size=5,
)


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(row) for row in rows])
    width = int(lengths.max())
    return torch.tensor([row + [0] * (width - len(row)) for row in rows]), lengths


def by_hand(row: list[int]) -> list[list[int]]:
    sentences: list[list[int]] = [[]]
    for token in row:
        if token == SENTENCE_ID:
            sentences.append([])
        else:
            sentences[-1].append(token)
    return [sentence for sentence in sentences if sentence] or [row[:1]]


@given(rows_of_tokens)
def test_the_sentences_are_those_that_a_loop_finds(rows):
    tokens, lengths = padded(rows)
    found = find(tokens, lengths)
    expected = [sentence for row in rows for sentence in by_hand(row)]
    assert found.counts.tolist() == [len(by_hand(row)) for row in rows]
    assert found.lengths.tolist() == [len(sentence) for sentence in expected]
    apart = split(tokens, found)
    assert [row[:length] for row, length in zip(apart.tolist(), found.lengths, strict=True)] == expected
    assert int(apart.bool().sum()) == int(found.lengths.sum())


@given(rows_of_tokens)
def test_what_is_split_joins_to_the_words_where_they_were(rows):
    tokens, lengths = padded(rows)
    found = find(tokens, lengths)
    back = join(split(tokens, found), found)
    assert torch.equal(back[found.words], tokens[found.words])
    assert not back[~found.words].any()


@given(rows_of_tokens)
def test_the_index_points_at_each_word_of_the_time_major_batch(rows):
    tokens, lengths = padded(rows)
    found = find(tokens, lengths)
    longest = int(found.lengths.max())
    index = word_index(found, torch.arange(len(found.lengths)), longest, tokens.shape[1])
    words = tokens.t().reshape(-1)[index].t()  # (S, W)
    apart = split(tokens, found)
    assert torch.equal(words.masked_fill(apart == 0, 0), apart)


def test_what_lies_in_the_padding_is_no_sentence():
    tokens = torch.tensor([[3, 4, 2, 5], [3, 2, 4, 2]])
    found = find(tokens, torch.tensor([2, 1]))
    assert split(tokens, found).tolist() == [[3, 4], [3, 0]]


def test_vectors_of_sentences_go_to_their_rows():
    vectors = torch.arange(1.0, 9.0).view(4, 2)
    rows = by_row(vectors, torch.tensor([1, 3]))
    assert rows.tolist() == [[[1, 2], [0, 0], [0, 0]], [[3, 4], [5, 6], [7, 8]]]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.integers(1, 8))
def test_parts_of_like_length_hold_every_sentence_once_from_short_to_long(lengths, number):
    parts = like_lengths(torch.tensor(lengths), number)
    order = torch.cat(parts).tolist()
    assert 1 <= len(parts) <= number
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[each] for each in order] == sorted(lengths)


def test_parts_cut_most_of_the_padding():
    lengths = torch.randint(1, 60, (500,), generator=torch.Generator().manual_seed(0))
    parts = like_lengths(lengths, 6)
    read = sum(len(part) * int(lengths[part].max()) for part in parts)
    assert read < 1.3 * int(lengths.sum()) < 1.9 * int(lengths.sum()) < len(lengths) * int(lengths.max())
