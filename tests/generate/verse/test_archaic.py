from rnnlab.generate.verse.archaic import archaic
from rnnlab.generate.verse.dictionary import dictionary
from rnnlab.generate.verse.sounds import syllable_count


def test_every_sound_is_one_of_the_dictionary():
    known = {sound for said in dictionary().first.values() for sound in said.split()}
    for word, said in archaic().items():
        assert set(said.split()) <= known, word
        assert said, word


def test_syllables_of_some():
    expected = {"o'er": 1, "whate'er": 2, "prithee": 2, "beauteous": 3, "th'": 0, "ta'en": 1, "sepulchre": 3}
    assert {word: syllable_count(archaic()[word]) for word in expected} == expected
