"""Schemes of tags: read as conlleval reads them, converted without loss, and what may follow what."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.entities import (
    SCHEMES,
    Span,
    allowed,
    convert,
    detect_scheme,
    first_break,
    spans_of,
    tags_of,
)


def conlleval(tags):
    """The rules of conlleval.pl (Tjong Kim Sang, CoNLL-2000), one by one as they stand there, and those for
    S and for E before B that its later versions add."""
    found, start, before, old = [], None, "O", ""
    for place, tag in enumerate([*tags, "O"]):
        prefix, _, kind = tag.partition("-")
        ends = starts = False
        for first, second in ("BB", "BO", "IB", "IO", "EE", "EI", "EO", "EB", "SB", "SI", "SE", "SO", "SS"):
            ends |= before == first and prefix == second
        for first, second in ("BS", "IS", "ES"):
            ends |= before == first and prefix == second
        ends |= before != "O" and old != kind
        starts |= prefix in ("B", "S")
        for first, second in ("EE", "EI", "SE", "SI", "OE", "OI"):
            starts |= before == first and prefix == second
        starts |= prefix != "O" and old != kind
        if start is not None and ends:
            found.append((old, start, place))
            start = None
        if starts:
            start = place
        before, old = prefix, kind
    return found


def spans(types=("person", "group")):
    """Entities of a sentence in their order, with gaps of none or more words, and its length."""
    part = st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from(types))
    return st.builds(lay, st.lists(part, max_size=6), st.integers(0, 2))


def lay(parts, end):
    place, found = 0, []
    for gap, size, kind in parts:
        found.append(Span(kind, place + gap, place + gap + size))
        place += gap + size
    return found, place + end


TAGS = [f"{prefix}-{kind}" for prefix in "BIES" for kind in ("x", "y")] + ["O"]


@given(st.lists(st.sampled_from(TAGS), max_size=12))
def test_any_tags_are_read_as_conlleval_reads_them(tags):
    assert spans_of(tags) == conlleval(tags)


@given(spans(), st.sampled_from(["BIO", "IOB1", "BIOES"]))
def test_entities_written_in_a_scheme_are_read_back_and_break_nothing(sentence, scheme):
    found, length = sentence
    tags = tags_of(found, length, scheme)
    assert len(tags) == length
    assert spans_of(tags, scheme) == found
    assert first_break(tags, scheme) is None


@given(spans(), st.sampled_from(["BIO", "IOB1", "BIOES"]), st.sampled_from(["BIO", "IOB1", "BIOES"]))
def test_conversion_and_back_changes_nothing(sentence, source, target):
    tags = tags_of(*sentence, source)
    assert convert(convert(tags, source, target), target, source) == tags


@given(spans())
def test_io_joins_neighbours_of_one_type_alone(sentence):
    found, length = sentence
    joined = []
    for span in found:
        if joined and joined[-1].end == span.start and joined[-1].type == span.type:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    assert spans_of(tags_of(found, length, "IO"), "IO") == joined


def test_the_schemes_of_one_sentence():
    found = [Span("x", 0, 2), Span("x", 2, 3), Span("y", 3, 6)]
    written = {scheme: " ".join(tags_of(found, 7, scheme)) for scheme in SCHEMES}
    assert written == {
        "BIO": "B-x I-x B-x B-y I-y I-y O",
        "IOB1": "I-x I-x B-x I-y I-y I-y O",
        "BIOES": "B-x E-x S-x B-y I-y E-y O",
        "IO": "I-x I-x I-x I-y I-y I-y O",
    }


def test_types_may_hold_hyphens():
    assert spans_of(["B-creative-work", "I-creative-work"], "BIO") == [Span("creative-work", 0, 2)]


@pytest.mark.parametrize("scheme", SCHEMES)
@given(st.data())
def test_what_may_follow_is_what_reading_and_writing_keeps(scheme, data):
    """A walk along allowed steps is exactly a sentence that equals its own entities, written again."""
    prefixes = {"BIO": "BI", "IOB1": "BI", "BIOES": "BIES", "IO": "I"}[scheme]
    tags = ["O", *(f"{prefix}-{kind}" for prefix in prefixes for kind in "xy")]
    line = data.draw(st.lists(st.sampled_from(tags), min_size=1, max_size=6))
    walk = allowed(tags, scheme)
    ids = [tags.index(tag) for tag in line]
    fits = (
        walk.start[ids[0]] and walk.end[ids[-1]] and all(walk.steps[pair] for pair in itertools.pairwise(ids))
    )
    again = tags_of(spans_of(line, scheme), len(line), scheme)
    assert fits == (again == line)
    assert (first_break(line, scheme) is None) == fits


def test_every_step_is_allowed_without_a_scheme():
    walk = allowed(["NOUN", "VERB"], None)
    assert all(part.all() for part in walk)


@given(st.lists(spans(), min_size=1, max_size=5), st.sampled_from(["BIO", "BIOES"]))
def test_schemes_are_detected(sentences, scheme):
    tags = [tags_of(*sentence, scheme) for sentence in sentences]
    prefixes = {tag[0] for line in tags for tag in line}
    if scheme == "BIOES":
        expected = None if prefixes <= {"O"} else "BIO" if prefixes <= {"O", "B", "I"} else "BIOES"
    else:
        expected = None if prefixes <= {"O"} else "BIO"
    assert detect_scheme(tags) == expected


def test_iob1_io_and_plain_tags_are_detected():
    assert detect_scheme([["I-x", "B-x", "O", "I-y"]]) == "IOB1"
    assert detect_scheme([["I-x", "I-x", "O", "I-y"]]) == "IO"
    assert detect_scheme([["I-x", "O", "B-x"]]) == "BIO"  # a sentence of BIO with a slip
    assert detect_scheme([["NOUN", "VERB"]]) is None
    assert detect_scheme([["NOUN", "X-y"], ["O"]]) is None


def test_a_tag_outside_the_scheme_is_named():
    with pytest.raises(ValueError, match=r"tag 'S-x' is none of BIO, which has O, B-TYPE, I-TYPE"):
        spans_of(["O", "S-x"], "BIO")
    with pytest.raises(ValueError, match=r"tag 'NOUN' is none of BIOES"):
        allowed(["O", "NOUN"], "BIOES")
    with pytest.raises(ValueError, match=r"scheme='BILOU' must be one of BIO, IOB1, BIOES, IO"):
        convert(["O"], "BIO", "BILOU")


def test_the_first_break_is_found():
    assert first_break(["O", "I-x"], "BIO") == 1
    assert first_break(["B-x", "I-y"], "BIO") == 1
    assert first_break(["O", "B-x"], "BIOES") == 2
    assert first_break(["O", "B-x"], "IOB1") == 1
