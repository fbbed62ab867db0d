"""Environment: the variables that Textual and Rich would take for something else than is meant."""

import os
from collections.abc import MutableMapping


def settle_environment(environment: MutableMapping[str, str] | None = None) -> None:
    """Removes what Textual and Rich would read in another sense than is meant.

    COLUMNS and LINES are the shell's, of when it exported them: the terminal knows better. NO_COLOR counts only where
    it is not empty (https://no-color.org).
    """
    environment = os.environ if environment is None else environment
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    if environment.get("NO_COLOR") == "":
        del environment["NO_COLOR"]
