"""Rules for the settings of data, tokenizers, word vectors and augmentation."""

from __future__ import annotations

from rnnlab.rule import (
    COUNT,
    NAME,
    OPTIONAL_SIZE,
    OPTIONAL_WIDTH,
    PROBABILITY,
    SEED,
    SHARE,
    SIZE,
    Choice,
    Flag,
    Number,
    Pattern,
    Text,
)
from rnnlab.rule_lists import Items, Label, Rule, Tree

ROWS = Number(1, 10**6, whole=True)  # of a batch
OPTIONAL_ROWS = Number(1, 10**6, whole=True, words=(None,))
GENERATED = Number(1, 10**8, whole=True)
PROCESSES = 256  # or threads, at most
SPLITS = ("train", "validation", "test", "unlabelled")

COLUMNS = "the name of a column, or a list of two for pairs of texts: [premise,hypothesis]"

DATA_RULES: dict[str, Rule] = {
    "data": Tree(),
    "data.name": NAME,
    "data.classes": Items(Label(), 2, different=True, words=(None,)),
    "data.files": Tree(),
    **{f"data.files.{split}": Text(optional=split != "train") for split in SPLITS},
    "data.hub": Tree(optional=True),
    "data.hub.path": Text(),
    "data.hub.config": Text(optional=True),
    "data.hub.revision": Text(optional=True),
    "data.hub.join_column": Text(optional=True),
    "data.hub.splits": Tree(),
    **{f"data.hub.splits.{split}": Text() for split in SPLITS},
    "data.package": Tree(optional=True),
    "data.package.requirement": Pattern(r"[\w.-]+==[\w.]+", "PACKAGE==VERSION", optional=False),
    "data.package.sha256": Pattern("[0-9a-f]{64}", "64 hexadecimal digits", optional=False),
    "data.package.reader": NAME,
    "data.paths": Items(Text(), told="a list such as [a.txt,b.txt,c.txt]"),
    "data.names": Items(Text(), words=(None,), told="a list such as [a,b,c] or null"),
    "text_column": Text(),
    "data.text_column": Items(Text(), 2, 2, different=True, alone=True, told=COLUMNS),
    "label_column": Text(),
    "delimiter": Pattern(
        r"[^\"\r\n]|auto|comma|semicolon|tab|pipe",
        "auto, comma, semicolon, tab, pipe or any one character",
        optional=False,
    ),
    "data.encoding": NAME,
    "quoting": Choice(("auto", "quotes", "none")),
    "on_error": Choice(("stop", "skip")),
    "max_row": SIZE,
    "max_file": Number(1, 10**15, whole=True, words=(None,)),
    "source": Choice(("auto", "files", "hub", "package")),
    "truncation": Choice(("head", "tail", "head_tail", "middle")),
    "padding": Choice(("post", "pre")),
    "bucketing": Flag(),
    "head_fraction": SHARE,
    "max_length": SIZE,
    "evaluation_length": OPTIONAL_SIZE,
    "data.batch_size": OPTIONAL_ROWS,
    "batch_tokens": OPTIONAL_SIZE,
    "eval_batch_size": ROWS,
    "window": SIZE,
    "eval_window": SIZE,
    "window_jitter": Number(0, 10**6),
    "eval_documents": OPTIONAL_SIZE,
    "reversed": Flag(),
    "validation_fraction": Number(0, 1, open="low high"),
    "test_fraction": PROBABILITY,
    "validation_tests": Flag(),
    "split_seed": SEED,
    "permuted": Flag(),
    "permutation_seed": SEED,
    "split_block": SIZE,
    "text_seed": SEED,
    "num_workers": Number(0, PROCESSES, whole=True),
    "workers": Number(1, PROCESSES, whole=True, words=(None,)),
    "characters": SIZE,
    # generated data
    "train_rows": Number(1, 10**9, whole=True, words=(None,)),
    **dict.fromkeys(("validation_rows", "test_rows"), GENERATED),
    **dict.fromkeys(("train_characters", "validation_characters", "test_characters"), GENERATED),
    "kinds": Number(1, 4, whole=True),
    **dict.fromkeys(("clauses", "max_depth", "max_pairs"), Number(1, 10**6, whole=True)),
    **dict.fromkeys(("negations", "fillers"), Number(0, 10**6, whole=True)),
    # text and tokenizer
    "text": Tree(),
    "text.steps": Tree(),
    "tokenizer": Tree(),
    "tokenizer.path": Text(),
    "lowercase": Flag(),
    "decompose": Flag(),
    "vocab_size": Number(3, 10**9, whole=True, words=(None,)),
    "min_count": SIZE,
    "max_words": SIZE,
    "other_data": Flag(),
    "exact": Flag(),
    "line_ends": Flag(),
    "tokenizer.pieces": Choice(("words", "blanks")),
    # embedding
    "embedding": Tree(),
    "embedding.path": Text(),
    "embedding.size": OPTIONAL_WIDTH,
    "projection": OPTIONAL_WIDTH,
    "freeze": Flag(),
    "freeze_epochs": COUNT,
    "scale": Number(0, 10**6, open="low", words=(None,)),
    "embedding.unlabelled": Flag(),
    "skip_gram": Flag(),
    "embedding.epochs": OPTIONAL_SIZE,
    "embedding.alpha": Number(0, 10, open="low"),
    "embedding.workers": Number(1, PROCESSES, whole=True),
    "sample": SHARE,
    "format": Choice(("auto", "text", "binary")),
    **dict.fromkeys(("negative", "min_n", "max_n", "bucket", "longest_line", "most_unpacked"), SIZE),
    # augment
    "augment": Tree(),
    **{
        f"augment.{name}": SHARE
        for name in ("word_dropout", "swap", "deletion", "insertion", "replacement", "typo", "sentences")
    },
    "augment.window": COUNT,
    "probability": SHARE,
    "pick": Choice(("one", "all")),
}
