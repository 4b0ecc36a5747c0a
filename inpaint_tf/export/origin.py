"""Where exported weights come from, without paths of the machine that built them."""

import os
import re
import shutil

CARD = "MODEL_CARD.md"  # beside weights that have one, such as the bundled ones
_SEEN_BESIDE = re.compile(rf"[,;]? *see {re.escape(CARD)}(?: beside this file)?")


def origin(source, provenance, card_comes_along):
    """The card's facts about the weights.

    Args:
        source: dict of name -> text; "file" is the path of the weights.
        provenance: dict of what the weights file says, of strings, numbers, lists and dicts.
        card_comes_along: whether the weights' own card is exported with them.

    Returns:
        dict of name -> text; of paths only the last part.
    """
    shown = {name: _without_folders(text) for name, text in source.items()}
    for name, value in provenance.items():
        text = str(_without_folders(value))
        shown[name] = text if card_comes_along else _SEEN_BESIDE.sub("", text)
    return shown


def bring_card(source, directory):
    """Copies the card beside the weights, with their licence, into the export.

    Returns:
        Whether there is one.
    """
    beside = os.path.join(os.path.dirname(os.path.abspath(source.get("file", ""))), CARD)
    if not os.path.isfile(source.get("file", "")) or not os.path.isfile(beside):
        return False
    shutil.copyfile(beside, os.path.join(directory, CARD))
    return True


def _without_folders(value):
    if isinstance(value, dict):
        return {name: _without_folders(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_folders(each) for each in value]
    if isinstance(value, str) and re.search(r"[/\\]", value) and "://" not in value:
        return re.split(r"[/\\]", value.rstrip("/\\"))[-1]
    return value
