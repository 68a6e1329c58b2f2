"""Scripts as browsers need them."""

import re

# Comments that have their lines to themselves; `static/js` has no text in which such a line could stand.
_COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE)


# Nor has it a text that goes over several lines.
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


def slimmed(source: str) -> str:
    """Return the script without indentation and whole lines of comment: a quarter of it when compressed.

    The lines stay, empty, so that what a browser says about a line is about the same line of the source.
    """
    return _INDENTATION.sub("", _COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), source))
