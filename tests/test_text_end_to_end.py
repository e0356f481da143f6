"""The text pipeline as it is typed: every override of the guide on small real data (generated where there is
none), and what wrong input gets."""

from __future__ import annotations

import csv
import json
import math
import os
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import forked
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.cli import main
from rnnlab.serve.runtime import open_model

ROOT = Path(__file__).parents[1]
REAL = os.environ.get("RNNLAB_DATA_DIR")
FILES = {"tweets": "tweet_eval_sentiment", "imdb": "imdb"}
ROWS = {  # of each file; a vocabulary of 8,000 takes thousands of tweets and hundreds of reviews
    "tweets": {"train": 7000, "validation": 100, "test": 100},
    "imdb": {"train": 500, "test": 100, "unsupervised": 100},
}
HALF = "data.files.train=half.parquet"
FEW = "data.files.train=tweet_eval_sentiment/test.parquet"  # where no large vocabulary is asked for
SMALL = ["threads=1", "trainer.max_steps=2", "trainer.limit_val_batches=1", "trainer.limit_test_batches=1"]
SMALL += ["model.hidden_size=16", "model.embedding_size=16", "trainer.enable_progress_bar=false"]


class Place:
    """A folder to work in, with small data and a cache that all runs share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "RNNLAB_DATA_DIR": str(folder / "data"),
            "RNNLAB_CACHE_DIR": str(folder / "cache"),
        }

    def start(self, *command: str, code: int = 0) -> str:
        """The output of `python COMMAND`, which is to end with this exit code."""
        done = forked.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def train(self, *overrides: str, code: int = 0) -> str:
        return self.start(str(ROOT / "train.py"), *overrides, code=code)

    def rnnlab(self, *arguments: str, code: int = 0) -> str:
        return self.start("-m", "rnnlab.cli", *arguments, code=code)

    def trained(self, *overrides: str) -> tuple[Path, dict]:
        """A run's folder and its result, after `python train.py OVERRIDES` and what keeps it small."""
        output = self.train(*overrides, *SMALL)
        last = [line for line in output.splitlines() if line.startswith("folder: ")][-1]
        folder = self.folder / last.removeprefix("folder: ")
        result = json.loads((folder / "result.json").read_text())
        assert result["status"] == "finished"
        return folder, result

    def refused(self, folder: Path, monkeypatch, *overrides: str) -> str:
        """The message of a run in this process, without its start-up time, which is to end with code 2."""
        from rnnlab.run.folder.run_folder import RunFolder
        from rnnlab.run.train.job import run

        for name in ("RNNLAB_DATA_DIR", "RNNLAB_CACHE_DIR"):
            monkeypatch.setenv(name, self.environment[name])
        with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
            cfg = compose("train", overrides=[*overrides, *SMALL, f"paths.run_dir='{folder}'"])
        assert run(cfg, RunFolder(folder), [], "model") == 2
        return str(json.loads((folder / "result.json").read_text())["error"])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    for task, files in ROWS.items():
        (folder / "data" / FILES[task]).mkdir(parents=True)
        for split, count in files.items():
            table = real_rows(task, split, count) if REAL else generated_rows(task, split, count)
            pq.write_table(table, folder / "data" / FILES[task] / f"{split}.parquet")
            if (task, split) == ("tweets", "train"):
                pq.write_table(table.slice(0, 4200), folder / "data" / "half.parquet")
    return Place(folder)


def real_rows(task: str, split: str, count: int) -> pa.Table:
    """The first and the last rows, because the reviews are in the order of their labels."""
    file = pq.ParquetFile(Path(str(REAL)) / FILES[task] / f"{split}.parquet")
    first, last = (file.read_row_group(group) for group in (0, file.num_row_groups - 1))
    half = count // 2
    return pa.concat_tables([first.slice(0, half), last.slice(last.num_rows - half)])


def generated_rows(task: str, split: str, count: int) -> pa.Table:
    """Sentences of words that are made of letters at random, the first ones frequent."""
    made = random.Random(1)
    words = ["".join(made.choices("abcdefghiklmnoprstu", k=made.randint(2, 8))) for _ in range(20_000)]
    words[:3] = ["good", "bad", "film"]
    weights = [1 / (place + 10) for place in range(len(words))]
    drawn = random.Random(f"{task} {split}")
    length = 15 if task == "tweets" else 150
    texts = [" ".join(drawn.choices(words, weights, k=length)) + ". Good film!" for _ in range(count)]
    labels = [number % (3 if task == "tweets" else 2) for number in range(count)]
    return pa.table({"text": texts, "label": labels})


@pytest.fixture(scope="module")
def bpe_run(place):
    return place.trained("task=tweets", "tokenizer=bpe", "tokenizer.vocab_size=8000", "text=tweet")


@pytest.fixture(scope="module")
def fasttext_run(place):
    return place.trained("task=imdb", "tokenizer=wordpiece", "embedding=fasttext", "embedding.epochs=1")


@pytest.fixture(scope="module")
def glove_file(place):
    """A small file of vectors in GloVe's form: words, each with 10 numbers."""
    path = place.folder / "glove.10d.txt"
    numbers = random.Random(0)
    words = ["good", "bad", "the", "to", "and", "film", "a", "day", "not", "a b", "…"]
    lines = [f"{word} {' '.join(f'{numbers.gauss(0, 1):.4f}' for _ in range(10))}" for word in words]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def vectors_of(folder: Path):
    from rnnlab.commands.words.trained_vectors import matrix_of
    from rnnlab.run.folder.run_folder import RunFolder

    return matrix_of(RunFolder(folder))


def vocabulary_of(folder: Path) -> list[str]:
    from rnnlab.tokenizer.file import load

    return load(folder / "tokenizer.json").vocabulary


@pytest.mark.slow
def test_bpe_with_cleaning_for_tweets(bpe_run):
    folder, _ = bpe_run
    assert len(vocabulary_of(folder)) == len(vectors_of(folder)) == 8000


@pytest.mark.slow
def test_wordpiece_with_fasttext_vectors(fasttext_run):
    folder, _ = fasttext_run
    assert any(token.startswith("##") for token in vocabulary_of(folder))


@pytest.mark.slow
def test_sentences_with_the_hierarchical_model(place):
    folder, _ = place.trained("task=imdb", "tokenizer=sentence", "model=hierarchical")
    output = place.rnnlab("tokenize", str(folder), "A good film. Or not?")
    assert "sentence 2" in output
    assert "sentence 3" not in output


@pytest.mark.slow
def test_glove_vectors_from_a_file_stay_as_they_are_when_frozen(place, glove_file, monkeypatch):
    monkeypatch.setitem(place.environment, "HOME", str(place.folder))
    folder, _ = place.trained(
        "task=tweets", "embedding=glove", "embedding.path=~/glove.10d.txt", "embedding.freeze=true", FEW
    )
    vocabulary, vectors = vocabulary_of(folder), vectors_of(folder)
    given = {line.split(" ")[0]: line.split(" ")[1:] for line in glove_file.read_text().splitlines()}
    rows = [
        (vectors[vocabulary.index(word)], list(map(float, numbers)))
        for word, numbers in given.items()
        if word in vocabulary and len(numbers) == 10
    ]
    ratios = [own / read for row, numbers in rows for own, read in zip(row, numbers, strict=True)]
    assert len(rows) >= 1
    assert vectors.shape == (len(vocabulary), 10)
    assert ratios == pytest.approx([ratios[0]] * len(ratios), rel=1e-3)  # but for the one scale


@pytest.mark.long
def test_a_grid_of_tokenizers_and_embeddings_is_one_table(place):
    grid = ["tokenizer=char,word,bpe,wordpiece", "embedding=word2vec_cbow,fasttext", "seed=1"]
    output = place.train(
        "-m",
        "task=tweets",
        *grid,
        *SMALL,
        "text=plain",
        "embedding.epochs=choice(1)",
        HALF,
        "baselines=false",
    )
    sweep = next((place.folder / "outputs" / "sweeps").iterdir())
    with (sweep / "jobs.csv").open() as lines:
        jobs = list(csv.DictReader(lines))
    assert [job["state"] for job in jobs] == ["finished"] * 8
    assert len({(job["tokenizer"], job["embedding"]) for job in jobs}) == 8
    assert all(f"| {n} " in output for n in range(8))


@pytest.mark.slow
def test_tokenize_shows_the_tokens_their_ids_and_what_cleaning_changed(place, bpe_run):
    text = "sooo gooood!!! 😂 #BestDayEver"
    output = place.rnnlab("tokenize", str(bpe_run[0]), text)
    assert f"  - {text}" in output
    assert "token  " in output
    assert "unknown" in output.splitlines()[-1]
    answer = json.loads(place.rnnlab("tokenize", str(bpe_run[0]), text, "--json"))
    assert answer["text"] == text
    assert answer["cleaned"] != text
    assert all(token["end"] <= len(answer["cleaned"]) for token in answer["tokens"])
    assert len({step["text"] for step in answer["steps"]}) > 3


@pytest.mark.slow
def test_embeddings_shows_neighbours_and_draws_a_map(place, bpe_run):
    folder = bpe_run[0]
    named, _, answer = place.rnnlab("tokenize", "last:tweets", "good", "--json").partition("\n")
    assert named.startswith("last:tweets: outputs/tweets/bilstm/")  # on standard error
    assert json.loads(answer)["text"] == "good"
    output = place.rnnlab("embeddings", str(folder), "good", "--top", "10", "--plot")
    assert output.splitlines()[0].startswith("good")
    assert output.splitlines()[10].split()[0] == "10"
    assert (folder / "embeddings.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_model_of_words_writes_lines_and_its_export_writes_the_same(train_run, tmp_path, capsys):
    text = "".join(f" {word} \n" for word in ["the u.s. cat", "<unk>", "", "n't"] * 200)
    (tmp_path / "text.txt").write_text(text)
    small = ["model.hidden_size=8", "model.embedding_size=8", "data.batch_size=4", "trainer.max_steps=30"]
    chosen = ["task=language_modeling", "data=textfile", f"data.files.train='{tmp_path / 'text.txt'}'"]
    run = train_run(
        tmp_path / "run", *chosen, "tokenizer=tokenized", "model=lstm", "optimizer.lr=0.05", *small
    )
    metrics = json.loads((run / "result.json").read_text())["metrics"]
    assert metrics["test/perplexity_stream"] == pytest.approx(math.exp(metrics["test/nats_stream"]))
    assert "\n" in (run / "samples.txt").read_text().split("---")[2].strip()
    assert main(["export", str(run), "--output", str(tmp_path / "exported")]) == 0
    capsys.readouterr()
    asked = ["--prompt", "the cat", "--length", "40", "--seed", "1", "--temperature", "0.8"]
    assert main(["generate", str(run), *asked]) == 0
    written = capsys.readouterr().out
    assert written.strip().count("\n") > 2
    assert open_model(tmp_path / "exported").generate("the cat", 40, 0.8, seed=1).strip() == written.strip()


@pytest.mark.slow
def test_texts_of_every_kind_pass_through_training_and_tokenize(place):
    lines = [
        "",
        " ",
        "\0\x01\x1b[31m",
        "👨‍👩‍👧 \u202e x",
        "\ufeff\u2028a",
        "x" * 1_000_000,
        "ça va",
    ]
    plain = [f"so good a film {number}, and so long" for number in range(60)]
    rows = [(line, number % 2) for number, line in enumerate([*lines, *plain])]
    table = pa.table({"text": [text for text, _ in rows], "label": [label for _, label in rows]})
    pq.write_table(table, place.folder / "odd.parquet")
    chosen = ["task=classification", "data=csv", f"data.files.train={place.folder / 'odd.parquet'}"]
    chosen += ["data.text_column=text", "data.label_column=label", "text=tweet", "data.max_length=50"]
    folder, result = place.trained(*chosen, "tokenizer=byte_bpe", "tokenizer.vocab_size=270")
    assert result["data"]["rows"]["train"] > 0
    done = forked.run(
        [sys.executable, "-m", "rnnlab.cli", "tokenize", str(folder), "--json"],
        input="\n".join(line for line in lines if "\n" not in line).encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == lines


# What the config alone shows is answered before anything heavy is imported.
WRONG_CHOICES = [
    (["task=tweets", "tokenizer=sentence"], "tokenizer=sentence: "),
    (["task=imdb", "model=hierarchical"], "model=hierarchical: "),
    (["task=tweets", "text.steps.hashtag=true"], "did you mean text.steps.hashtags"),
    (["task=tweets", "text.steps.hashtags=splt"], "text.steps.hashtags=splt: "),
    (["task=tweets", "tokenizer=wordpeice"], "did you mean wordpiece?"),
    (["task=tweets", "embedding=glove"], "embedding.path=???: must be given"),
    (["task=tweets", "embedding=fastext"], "did you mean fasttext?"),
]


@pytest.mark.parametrize(("overrides", "message"), WRONG_CHOICES)
def test_a_choice_that_cannot_work_is_a_line_with_the_nearest_right_one(place, overrides, message):
    output = place.train(*overrides, code=2)
    assert message in output
    assert "Traceback" not in output
    assert len(output.splitlines()) <= 3


def wrong_length(path: Path, good: list[str]) -> list[str]:
    path.write_text("\n".join([*good[:3], "and 0.1 0.2", *good[4:]]), encoding="utf-8")
    return [f"embedding.path={path}"]


def other_size(path: Path, good: list[str]) -> list[str]:
    path.write_text("\n".join(good), encoding="utf-8")
    return [f"embedding.path={path}", "embedding.size=50"]


def no_word(path: Path, good: list[str]) -> list[str]:
    path.write_text("\n".join(f"zzzqqq{number}{line}" for number, line in enumerate(good)), encoding="utf-8")
    return [f"embedding.path={path}"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("write", "parts"),
    [
        (wrong_length, ["embedding.path=", "10", "2"]),
        (other_size, ["embedding.size=50", "10"]),
        (no_word, ["embedding.path="]),
    ],
)
def test_a_vector_file_that_cannot_serve_is_said(place, glove_file, tmp_path, monkeypatch, write, parts):
    good = list(islice(glove_file.read_text(encoding="utf-8").splitlines(), 9))
    chosen = write(tmp_path / "vectors.txt", good)
    error = place.refused(tmp_path / "run", monkeypatch, "task=tweets", "embedding=glove", *chosen, FEW)
    assert [part for part in parts if part not in error] == []


@pytest.mark.slow
def test_a_vocabulary_larger_than_the_text_allows_is_said(place):
    output = place.train("task=tweets", "tokenizer=bpe", "tokenizer.vocab_size=900000", *SMALL, FEW, code=2)
    assert "error: tokenizer.vocab_size=900000: " in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_the_tokenizer_of_other_data_is_refused(place, bpe_run, tmp_path, monkeypatch):
    chosen = ["task=imdb", "tokenizer=saved", f"tokenizer.path={bpe_run[0]}"]
    assert "tokenizer.path=" in place.refused(tmp_path / "run", monkeypatch, *chosen)


def test_a_run_that_is_none_is_said(place):
    assert "error: RUN=nothing: " in place.rnnlab("tokenize", "nothing", "x", code=2)
