import pytest

from rnnlab.text.references import mentions, numbers, urls


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("see http", "see <url>"),
        ("see HTTPS://t.co/aB9?x=1, now", "see <url> , now"),
        ("(www.a.org)", "( <url> )"),
        ("at NFL.com a bit", "at <url> a bit"),
        ("espn.go.com/video/cl... http", "<url> ... <url>"),
        ("http:/ ...", "<url> ..."),
        ("end.Start of it", "end.Start of it"),
        ("httpd is no link", "httpd is no link"),
        ("write to a.b@user.com", "write to a.b@user.com"),
    ],
)
def test_links_become_a_mark(text, cleaned):
    assert urls(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("@user hi", "<user> hi"),
        ("RT@user: hi", "RT <user> : hi"),
        (".@user's", ". <user> 's"),
        ("write to a.b@user.com", "write to <user>"),
        ("8 @ the beach", "8 @ the beach"),
    ],
)
def test_people_become_a_mark(text, cleaned):
    assert mentions(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("at 10:30 for 5,000.50 or 3/4", "at <number> for <number> or <number>"),
        ("b4 8pm the 22nd gr8 ps4", "b4 8pm the 22nd gr8 ps4"),
        ("$5 and 10%.", "$ <number> and <number> %."),
        ("won 4-3 in 2015.", "won <number> - <number> in <number> ."),
        ("v1.2b and 1.2b", "v1.2b and 1.2b"),
    ],
)
def test_numbers_become_a_mark_and_digits_in_words_stay(text, cleaned):
    assert numbers(text) == cleaned
