"""The real pairs under RNNLAB_DATA_DIR: their counts, and texts that tokenizers give back."""

import gzip
import os
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from rnnlab.data.pair_settings import PairSpec
from rnnlab.data.pair_table import read_pairs
from rnnlab.run.build.make import make
from rnnlab.tokenizer import BpeTokenizer, ByteBpeTokenizer, PairTokenizer, UnigramTokenizer

CONFIG_DIR = Path(__file__).parents[2] / "conf"


def disk(name):
    root = os.environ.get("RNNLAB_DATA_DIR")
    if not root or not (Path(root) / name).exists():
        pytest.skip(f"needs {name} under RNNLAB_DATA_DIR")
    return Path(root)


def data_of(folder, *overrides):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=["text=plain", *overrides, f"paths.cache_dir='{folder}'"])
    data = make(cfg.data, tokenizer=make(cfg.tokenizer), cleaner=make(cfg.text))
    data.prepare()
    return data


def test_the_low_languages_of_g2p_are_found_by_their_names(tmp_path):
    disk("g2p/data/low/wel_sw_train.tsv")
    data = data_of(tmp_path, "data=g2p", "data.language=wel_sw", "tokenizer=char")
    assert data.provenance["rows"] == {"train": 800, "validation": 100, "test": 100}
    assert data.provenance["held_out"] == []
    assert all(
        word and sounds for word, sounds in zip(data.inputs("test"), data.targets("test"), strict=True)
    )


@pytest.mark.parametrize(
    ("test_set", "rows"),
    [("test_2016_flickr", 1000), ("test_2017_mscoco", 461), ("test_2018_flickr", 1071)],
)
def test_the_test_sets_of_multi30k_have_their_published_sizes(test_set, rows):
    root = disk("multi30k/raw/val.en.gz") / "multi30k" / "raw"
    table = read_pairs([root / f"{test_set}.en.gz", root / f"{test_set}.de.gz"], PairSpec())
    assert len(table.sources) == rows
    assert all(source and target for source, target in zip(table.sources, table.targets, strict=True))


@pytest.mark.parametrize("kind", [BpeTokenizer, UnigramTokenizer, ByteBpeTokenizer])
def test_subwords_give_back_every_known_text(kind):
    root = disk("multi30k/raw/val.de.gz") / "multi30k" / "raw"
    texts = gzip.decompress((root / "val.de.gz").read_bytes()).decode("utf-8").split("\n")[:-1]
    exact = {} if kind is ByteBpeTokenizer else {"exact": True}
    pair = PairTokenizer(kind(1000, lowercase=False, min_count=1, **exact))
    pair.train(texts)
    ids = pair.target.encode_batch(texts)
    assert len(texts) == 1014
    assert [pair.decode_target(row) for row in ids] == texts
    assert not any(pair.unknown_id in row for row in ids)
