"""The view for people: any text in lines that fit, with what changed and what is unknown in colour."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from rnnlab.commands.words.show_tokens import MOST_CHANGES, MOST_TOKENS, lines_of, show_tokenized
from rnnlab.text.cleaner import Cleaner
from rnnlab.text.steps import STEPS
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.steps import Token, Tokenized, tokenized
from rnnlab.tokenizer.word import WordTokenizer

ANY = st.text(st.characters(exclude_categories=()))  # lone surrogates too
PLAIN = Cleaner({"html_entities": True, "whitespace": True})


def word_tokenizer():
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["so good [bold]", "a film"])
    return tokenizer


def shown(result, width=80, colour=False):
    stream = io.StringIO()
    colours = "256" if colour else None
    show_tokenized(result, Console(file=stream, width=width, force_terminal=colour, color_system=colours))
    return stream.getvalue()


def test_tokens_stand_over_their_ids_and_places():
    assert shown(tokenized("so  good", PLAIN, word_tokenizer())).splitlines() == [
        "whitespace",
        "  - so  good",
        "  + so good",
        "",
        "token  so   good",
        "id     8    7",
        "at     0-2  3-7",
        "",
        "7 characters, 2 tokens, 0 unknown",
    ]


def test_an_unknown_token_is_shown_as_it_stands_in_the_text_and_in_red():
    result = tokenized("so goood", PLAIN, word_tokenizer())
    plain = shown(result)
    assert "token  so   goood" in plain
    assert "id     8    1 <unk>" in plain
    assert plain.endswith("8 characters, 2 tokens, 1 unknown\n")
    assert "\x1b[1;31mgoood" in shown(result, colour=True)


def test_what_a_step_changed_is_in_colour_and_markup_is_only_text():
    coloured = shown(tokenized("so &lt;b&gt; [red]good[/red]", PLAIN, word_tokenizer()), colour=True)
    assert "\x1b[1;32m<" in coloured
    assert "[red]good[/red]" in coloured


def test_without_a_change_it_says_so():
    assert "cleaning changes nothing" in shown(tokenized("so", PLAIN, word_tokenizer()))


def test_between_far_changes_the_text_is_left_out_and_of_many_some_are_shown():
    few = shown(tokenized("&amp; " + "so good " * 100 + "&amp; so", PLAIN, word_tokenizer()))
    assert "…" in few
    assert max(map(len, few.splitlines())) < 200
    many = shown(tokenized("&amp; so good " * 40, PLAIN, word_tokenizer()))
    assert f"… and {40 - MOST_CHANGES} more changes" in many


def test_sentences_stand_in_lines_of_their_own():
    tokens = [Token(5, "hi", 0, 2), Token(2, "<s>", 2, 2), Token(6, "you", 3, 6), Token(2, "<s>", 6, 6)]
    text = shown(Tokenized("hi you", [], tokens, unknown_id=1, sentence_id=2))
    assert text.index("sentence 1") < text.index("hi  ") < text.index("sentence 2") < text.index("you")


def test_of_a_long_text_the_first_tokens_are_shown():
    text = shown(tokenized("so " * (MOST_TOKENS + 5), PLAIN, word_tokenizer()))
    assert "… and 5 more tokens" in text
    assert f"{MOST_TOKENS + 5:,} tokens" in text


def test_a_line_of_a_megabyte_passes():
    for line in ("x" * 1_000_000 + "&amp;", "&amp; " + "goodness " * 110_000):
        assert len(shown(tokenized(line, PLAIN, word_tokenizer()))) < 100_000


@given(ANY, st.integers(30, 120), st.booleans())
def test_any_text_is_shown_in_lines_that_fit(text, width, characters):
    tokenizer = CharTokenizer() if characters else word_tokenizer()
    if characters:
        tokenizer.train(["abc "])
    cleaner = Cleaner({name: step.modes[0] if step.modes else True for name, step in STEPS.items()})
    result = tokenized(text, cleaner, tokenizer)
    lines = list(lines_of(result, width))
    assert all(line.plain.isprintable() for line in lines)
    for line in lines:
        if line.plain.startswith(("token", "id", "at")) and len(line.plain.split()) > 2:
            assert cell_len(line.plain) <= max(width, 60)
    shown(result, width, colour=True).encode()
