"""A sheet in a terminal, with colours and without."""

import io

import pytest
from rich.console import Console

from rnnlab.explain.sheet import Sheet, strip_of
from rnnlab.explain.terminal import show_sheet

TOKENS = ["not", "[b]", "\x1b[2J", " "]
TEXT = "not[b]\x1b[2J "
SPANS = [(0, 3), (3, 6), (6, 10), (10, 11)]


def shown(tokens=TOKENS, text=TEXT, spans=SPANS, **options):
    file = io.StringIO()
    values = [1.0, -0.5, 0.0, 0.25][: len(tokens)]
    strips = [strip_of("gradients", values, True, "a note")]
    console = Console(file=file, width=80, highlight=False, emoji=False, markup=False, **options)
    show_sheet(Sheet("negative, probability 0.855", text, tokens, spans, strips), console)
    return file.getvalue()


def test_a_terminal_gets_coloured_text_and_the_strongest_tokens():
    output = shown(force_terminal=True, color_system="truecolor", no_color=False)
    assert "48;2;104;171;228mnot" in output  # the full blue behind the strongest
    assert "strongest: not +1.000  [b] -0.500" in output
    assert "\x1b[2J" not in output


@pytest.mark.parametrize("options", [{}, {"force_terminal": True, "no_color": True}])
def test_without_colours_every_token_has_a_line(options):
    output = shown(**options)
    assert "48;2" not in output
    assert "+1.000  ████████████████████  not" in output
    assert "-0.500  ██████████            [b]" in output
    assert r"\x1b[2J" in output
    assert "␣" in output


def test_lines_of_a_text_stay_lines():
    output = shown(["a", "\n", "b"], "a\nb", [(0, 1), (1, 2), (2, 3)], force_terminal=True, no_color=False)
    assert "⏎" in output
    assert "\nb" in output.replace("\x1b[0m", "")
