"""Config checks of tagging: models that read words one by one, and letters."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings
from rnnlab.model.head.distribution_settings import OF_NUMBERS

LETTERS = "output_size"  # setting of conf/characters where letters are read


def check_tagging(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_words(settings)
    check_head(settings)
    check_letters(settings)


def check_words(settings: Settings) -> None:
    """Refuse a model of sentences in documents."""
    if "sentence_encoder" in settings.model:
        rule = f"task={settings.task.name} labels each word, and this model gives one vector a text"
        raise SettingError("model", "hierarchical", f"{rule}: choose model=bilstm")


def check_head(settings: Settings) -> None:
    """Refuse a head of numbers."""
    head = settings.head.get("_target_")
    if head in OF_NUMBERS:
        rule = f"is the distribution of a number, and task={settings.task.name} labels words"
        raise SettingError("head", OF_NUMBERS[head], f"{rule}: choose crf or softmax")


def check_letters(settings: Settings) -> None:
    """Refuse sizes that letters cannot have: two directions of one size, filters with a middle."""
    characters = settings.get("characters") or {}
    size, width = characters.get(LETTERS), characters.get("width")
    if isinstance(size, int) and size % 2 and str(characters.get("_target_")).endswith("lstm.LetterLSTM"):
        raise SettingError("characters.output_size", size, "must be even: half of it from each direction")
    if isinstance(width, int) and width % 2 == 0:
        raise SettingError("characters.width", width, "must be odd: as many letters on each side")


def check_costs(settings: Settings, scheme: str | None) -> None:
    """Refuse a cost of missed entities where the data's tags mark none."""
    if settings.task.miss_cost and scheme is None:
        rule = f"the tags of data={settings.data.name} mark no entities: choose 0"
        raise SettingError("task.miss_cost", settings.task.miss_cost, rule)


def letter_size(settings: Settings) -> int:
    """Return the features of a word that come from its letters, 0 for none."""
    return int((settings.get("characters") or {}).get(LETTERS) or 0)
