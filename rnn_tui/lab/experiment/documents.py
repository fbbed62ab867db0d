"""The JSON document that a lab is saved as: the settings by name, with the format."""

from collections.abc import Mapping
from typing import Any

from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.documents import DocumentError, parse_json
from rnn_tui.lab.text.safe_text import json_text

FORMAT = "rnn-tui lab 1"
# what a saved lab holds beside the experiment; `lab.session.saved` reads it
BESIDE = frozenset({"training", "cliff", "screen"})


def saved_document(values: Mapping[str, Any]) -> str:
    """The JSON document of a saved lab that holds these values by name."""
    return json_text({"format": FORMAT, **values}, indent=2) + "\n"


def saved_values(document: str) -> dict[str, Any]:
    """The values of a saved lab by name, without its format.

    Raises:
        ExperimentError: no JSON document of the format that this version reads.
    """
    try:
        return values_of(parse_json(document))
    except DocumentError as problem:
        raise ExperimentError("lab", document[:40], f"a JSON document saved by rnn-tui ({problem})") from problem


def values_of(document: object) -> dict[str, Any]:
    """The values of a document by name, without its format.

    Raises:
        ExperimentError: its format is not the one that this version reads.
    """
    values = dict(document) if isinstance(document, dict) else {}
    version = values.pop("format", None)
    if isinstance(version, str) and version != FORMAT and version.startswith("rnn-tui lab"):
        raise ExperimentError("format", version, f'saved by another version of rnn-tui; this one reads "{FORMAT}"')
    if version != FORMAT:
        raise ExperimentError("lab", document, f'a JSON document saved by rnn-tui, with "format": "{FORMAT}"')
    return values
