from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.file import load, save
from rnnlab.tokenizer.pair import PairTokenizer
from rnnlab.tokenizer.saved import SavedTokenizer
from rnnlab.tokenizer.sentence import SentenceTokenizer
from rnnlab.tokenizer.subword import BpeTokenizer, ByteBpeTokenizer, UnigramTokenizer, WordPieceTokenizer
from rnnlab.tokenizer.word import WordTokenizer

__all__ = [
    "BpeTokenizer",
    "ByteBpeTokenizer",
    "CharTokenizer",
    "PairTokenizer",
    "SavedTokenizer",
    "SentenceTokenizer",
    "Tokenizer",
    "UnigramTokenizer",
    "WordPieceTokenizer",
    "WordTokenizer",
    "load",
    "save",
]
