"""Options that kinds declare: each is an option of `rnnlab predict`, and checked by its kind."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from rnnlab.cli import main
from rnnlab.commands.kind_options import add_kind_options, declared, given
from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import known_kinds
from rnnlab.kinds.option import Option, check_option
from rnnlab.rule import SEED


def test_two_kinds_with_an_option_of_one_name_mean_the_same_type():
    for kind in known_kinds():
        for name, option in kind.options.items():
            assert declared()[name][0].type is option.type


def test_values_have_the_declared_type_and_what_was_not_typed_is_left_out():
    parser = ArgumentParser()
    add_kind_options(parser)
    assert given(parser.parse_args([])) == {}
    found = given(parser.parse_args(["--ngrams", "--beam", "3", "--top-p", "0.9"]))
    assert found == {"ngrams": True, "beam": 3, "top_p": 0.9}


def test_an_option_of_another_kind_is_refused(classifier_run, capsys):
    assert main(["predict", str(classifier_run), "fine", "--beam", "3"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: --beam=3: is no option of a classifier, which {classifier_run} is\n")
    assert "there are: ngrams" in error


def test_a_value_out_of_range_or_of_another_type_is_refused(classifier_run, capsys):
    for typed, message in (
        ("0", "--beam=0: must be a whole number >= 1"),
        ("x", "--beam: invalid int value"),
    ):
        assert main(["predict", str(classifier_run), "fine", "--beam", typed]) == 2
        assert capsys.readouterr().err.startswith(f"error: {message}")


def test_a_rule_is_checked_under_the_name_that_is_typed():
    with pytest.raises(SettingError, match=r"--top-k=-1: must be a whole number >= 0"):
        check_option("top_k", -1, Option(int, "N", "", SEED))
    check_option("top_k", 1, Option(int, "N", ""))
