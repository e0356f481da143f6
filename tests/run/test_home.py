"""Paths in the home folder on the command line."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from rnnlab.run.home import home_quoted


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("embedding.path=~/glove.twitter.27B.200d.txt", "embedding.path='~/glove.twitter.27B.200d.txt'"),
        ("embedding.path=~/a.txt,b.txt,~/c.txt", "embedding.path='~/a.txt',b.txt,'~/c.txt'"),
        ("embedding.path='~/a b.txt'", "embedding.path='~/a b.txt'"),
        ("paths=[~/a]", "paths=[~/a]"),
        ("embedding.path=a~/b", "embedding.path=a~/b"),
        ("~callback.best", "~callback.best"),
        ("seed=1", "seed=1"),
    ],
)
def test_only_a_path_in_the_home_folder_gets_quotes(typed, read):
    assert home_quoted(typed) == read


def test_hydra_reads_the_path_as_it_was_typed():
    parsed = OverridesParser.create().parse_override(home_quoted("embedding.path=~/a.txt"))
    assert parsed.value() == "~/a.txt"
