"""The pair of tokenizers that the settings of pairs of texts ask for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.tokenizer import PairTokenizer, SavedTokenizer, Tokenizer


def pair_of(
    tokenizer: Tokenizer, target: Tokenizer | None, shared: bool = False, copies: bool = False
) -> PairTokenizer:
    """Return the tokenizers of both sides.

    Args:
        tokenizer: that of the source, which may be trained, as of a language model that a run starts from;
            or a pair already, of a run, which serves both sides.
        target: None takes one of the same settings or, if `shared`, the same one.
        copies: a decoder copies source words, for which both sides need the same vocabulary.

    Raises:
        SettingError: two tokenizers where one is to be shared, or the other way round.
    """
    whole = tokenizer.inner if isinstance(tokenizer, SavedTokenizer) else tokenizer
    if isinstance(whole, PairTokenizer):
        pair = whole
    elif shared:
        if target is not None:
            rule = (
                "shares the source's vocabulary: choose target_tokenizer=null, or a vocabulary for each side"
            )
            raise SettingError("data.shared_vocabulary", "true", rule)
        pair = PairTokenizer(tokenizer)
    elif target is None and isinstance(tokenizer, SavedTokenizer):
        rule = "is the tokenizer of one side: choose target_tokenizer=..., or data.shared_vocabulary=true"
        raise SettingError("tokenizer.path", tokenizer.path, rule)
    else:
        pair = PairTokenizer(tokenizer, untrained(tokenizer) if target is None else target)
    if copies and not pair.shared:
        rule = "must be true: a decoder that copies words reads and writes one vocabulary"
        raise SettingError("data.shared_vocabulary", "false", rule)
    return pair


def untrained(tokenizer: Tokenizer) -> Tokenizer:
    """Return an untrained tokenizer of the same settings.

    Raises:
        SettingError: a trained one of another package cannot be copied so.
    """
    if not tokenizer.trained:
        return deepcopy(tokenizer)
    reset: dict[str, Any] = {"vocabulary": [], "library": None, "trained_on": None}
    copy = type(tokenizer).from_json({**tokenizer.to_json(), **reset})
    if copy.trained:
        rule = "is trained, and gives no untrained one for the target side: choose target_tokenizer=..."
        raise SettingError("tokenizer", tokenizer.settings()["type"], rule)
    return copy
