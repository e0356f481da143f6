"""`rnnlab generate`: what it writes and what it refuses."""

from __future__ import annotations

import json

import pytest

from rnnlab.cli import main


@pytest.fixture
def generate(language_run, capsys):
    """The command's output after its prompt was put to it; errors where it failed."""

    def call(*arguments: str, code: int = 0) -> str:
        assert main(["generate", str(language_run), *arguments]) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return call


def test_one_text_is_streamed_and_the_same_by_its_seed(generate):
    options = ["--prompt", "([", "--length", "40", "--seed", "3", "--temperature", "0.8"]
    text = generate(*options)
    assert text.startswith("([")
    assert len(text) == 43
    assert generate(*options) == text
    assert generate(*options[:-4], "--seed", "4", "--temperature", "0.8") != text


def test_a_new_seed_is_told_so_that_the_text_can_be_had_again(language_run, capsys):
    main(["generate", str(language_run), "--length", "30"])
    first = capsys.readouterr()
    seed = first.err.split()[-1]
    main(["generate", str(language_run), "--length", "30", "--seed", seed])
    assert capsys.readouterr().out == first.out


def test_several_temperatures_and_texts_have_headings(generate):
    text = generate("--temperature", "0,1.5", "--count", "2", "--length", "10", "--seed", "1")
    assert [line.split(":")[0] for line in text.splitlines() if line.startswith("---")] == [
        "--- temperature 0, text 1",
        "--- temperature 0, text 2",
        "--- temperature 1.5, text 1",
        "--- temperature 1.5, text 2",
    ]


def test_texts_go_into_files(generate, tmp_path):
    options = ["--prompt", "(", "--count", "3", "--length", "12", "--seed", "1"]
    generate(*options, "--output", str(tmp_path / "texts.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "texts.jsonl").read_text().splitlines()]
    assert [row["number"] for row in rows] == [0, 1, 2]
    assert all(row["text"].startswith("(") and len(row["text"]) == 13 for row in rows)
    generate(*options, "--output", str(tmp_path / "texts.txt"))
    assert rows[2]["text"] in (tmp_path / "texts.txt").read_text()


def test_prompts_come_from_files_and_standard_input(generate, tmp_path, monkeypatch):
    path = tmp_path / "prompt.txt"
    path.write_text("\ufeff([", encoding="utf-8")
    whole = generate("--prompt", "([", "--length", "20", "--seed", "1")
    assert generate("--input", str(path), "--length", "20", "--seed", "1") == whole
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert generate("--input", "-", "--length", "20", "--seed", "1") == whole


def test_a_saved_state_goes_on(generate, tmp_path):
    whole = generate("--prompt", "([", "--length", "40", "--seed", "1")
    state = str(tmp_path / "here.npz")
    first = generate("--prompt", "([", "--length", "15", "--seed", "1", "--save-state", state)
    rest = generate("--from-state", state, "--length", "25", "--seed", "1")
    assert first[:-1] + rest == whole


def test_a_beam(generate):
    text = generate("--prompt", "([", "--beam", "3", "--count", "2", "--length", "10")
    assert text.count("--- beam, text ") == 2


def test_eight_bits_write_another_text_that_is_the_same_each_time(generate):
    options = ["--prompt", "([", "--length", "60", "--seed", "1", "--quantize"]
    text = generate(*options)
    assert text.startswith("([")
    assert len(text) == 63
    assert generate(*options) == text


def test_what_the_model_does_not_know_is_mapped_when_asked(language_run, capsys):
    assert main(["generate", str(language_run), "--prompt", "(Q", "--unknown", "map", "--length", "5"]) == 0
    printed = capsys.readouterr()
    assert "read otherwise or left out: Q" in printed.err
    assert printed.out.startswith("(")


WRONG = [
    (["--temperature", "-1"], "--temperature=-1: must be a number >= 0"),
    (
        ["--temperature", "warm"],
        "--temperature=warm: must be a number >= 0 and <= 100, or several with commas",
    ),
    (["--top-p", "1.5"], "--top-p=1.5: must be in (0, 1]"),
    (["--top-p", "0"], "--top-p=0.0: must be in (0, 1]"),
    (["--top-k", "0"], "--top-k=0: must be a whole number >= 1"),
    (["--length", "0"], "--length=0: must be a whole number >= 1"),
    (["--count", "0"], "--count=0: must be a whole number >= 1"),
    (["--seed", "-1"], "--seed=-1: must be a whole number >= 0"),
    (["--beam", "0"], "--beam=0: must be a whole number >= 1"),
    (["--beam", "4", "--temperature", "0.5"], "--temperature=0.5: has no part in --beam"),
    (["--beam", "4", "--top-k", "5"], "--top-k=5: has no part in --beam"),
    (["--beam", "2", "--count", "3"], "--count=3: must be at most --beam 2"),
    (["--prompt", "Q"], "--prompt=Q: the model's vocabulary lacks: Q"),
    (["--prompt", "a", "--input", "-"], "--input=-: cannot go with --prompt"),
    (["--input", "nowhere.txt"], "--input=nowhere.txt: there is no such file"),
    (["--from-state", "nowhere.npz"], "--from-state=nowhere.npz: there is no such file"),
    (["--save-state", "x.npz", "--count", "2"], "--save-state=x.npz: is for one text"),
    (["--quantize", "--style", "hamlet"], "--quantize=True: cannot go with --style"),
    (["--only", "Q"], "--only=Q: leaves the model no token that it may write"),
    (["--style", "hamlet"], "--style=hamlet: this run has learned no styles"),
    (["--form", "sonnnet"], "--form=sonnnet:"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_what_cannot_be_is_one_line(generate, options, message):
    error = generate(*options, code=2)
    assert message in error
    assert len(error.splitlines()) <= 2


def test_a_classifier_writes_nothing(classifier_run, capsys):
    assert main(["generate", str(classifier_run)]) == 2
    assert "is a classifier's: it has no rnnlab generate" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tokenizer", "size"), [("bpe", 60), ("byte_bpe", 280), ("word", None), ("unigram", 39)]
)
def test_other_levels_write_joined_text(train_run, tmp_path, capsys, tokenizer, size):
    """Words, pieces of words and bytes are joined to a text that is the run's own way to write."""
    text = tmp_path / "text.txt"
    names = ["cat", "dog", "fish", "sparrow", "Käfer", "badger", "heron", "weasel"]
    things = ["mat", "log", "river", "chimney", "meadow", "table", "fence", "stairs"]
    lines = [f"the {name} sat on the {thing}." for name in names for thing in things]
    text.write_text("\n".join(lines * 12))
    options = ["task=shakespeare", "data=textfile", f"data.files.train={text}", f"tokenizer={tokenizer}"]
    options += ["data.batch_size=4", "data.window=16", "model.hidden_size=16", "model.embedding_size=8"]
    options += [] if size is None else [f"tokenizer.vocab_size={size}"]
    run = train_run(tmp_path / "run", *options, "trainer.max_epochs=2")
    assert main(["generate", str(run), "--prompt", "the cat", "--length", "30", "--temperature", "0"]) == 0
    written = capsys.readouterr().out
    assert written.startswith("the cat " if tokenizer == "word" else "the cat")
    assert "\N{REPLACEMENT CHARACTER}" not in written
    assert main(["generate", str(run), "--prompt", "the cat", "--length", "30", "--beam", "1"]) == 0
    assert capsys.readouterr().out.split("\n", 1)[1].strip() == written.strip()
