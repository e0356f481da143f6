from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.file import load, save
from rnnlab.tokenizer.word import WordTokenizer

__all__ = ["CharTokenizer", "Tokenizer", "WordTokenizer", "load", "save"]
