from rnnlab.generate.verse.forms import form_of
from rnnlab.generate.verse.measure import measure

SONNET = """\
From fairest creatures we desire increase,
That thereby beauty's rose might never die,
But as the riper should by time decease,
His tender heir might bear his memory:
But thou contracted to thine own bright eyes,
Feed'st thy light's flame with self-substantial fuel,
Making a famine where abundance lies,
Thy self thy foe, to thy sweet self too cruel:
Thou that art now the world's fresh ornament,
And only herald to the gaudy spring,
Within thine own bud buriest thy content,
And tender churl mak'st waste in niggarding:
  Pity the world, or else this glutton be,
  To eat the world's due, by the grave and thee.
"""


def test_the_first_of_shakespeare():
    found = measure(SONNET, form_of("sonnet"))
    assert (found.lines, found.rhymes_due) == (14, 7)
    assert found.rhymes_met == 4, (
        "die and memory are none, nor are ornament and content; niggarding is no word"
    )
    assert found.syllable_errors == (1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0), "desire, fuel, cruel, buriest"
    assert found.known == found.words - 1
    assert not found.whole


def test_a_couplet():
    found = measure(
        "The sun is up and we shall have the day,\n\nThe moon is down and all is on its way.",
        form_of("couplet"),
    )
    assert found.whole
    assert found.constraints == (4, 4)
    assert found.syllable_error == 0


def test_what_is_missed_is_counted():
    found = measure("A day\nThe day\nmore\n", form_of("couplet"))
    assert (found.lines, found.rhymes_met, found.syllable_errors) == (3, 0, (8, 8))
    assert found.constraints == (0, 4)
    assert measure("", form_of("couplet")).constraints == (0, 4)


def test_lines_of_other_letters_must_not_rhyme():
    lines = ["It is the day", "It is the way", "It is to say", "It is the May"]
    found = measure("\n".join(lines), form_of("quatrain"))
    assert (found.rhymes_met, found.strangers, found.whole) == (2, 4, False)


def test_rhymes_by_spelling_are_told_apart():
    found = measure("It is a blorake\nIt is a lake", form_of("couplet"))
    assert (found.rhymes_met, found.rhymes_spelled) == (0, 1)
