"""What is taken out of scripts, and what is not."""

import pytest

from utils.scripts import slimmed


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("/** Says what. */\nfirst();\n", "\nfirst();\n"),
        ("/**\n * @param {string} a\n */\nconst b = 1;", "\n\n\nconst b = 1;"),
        ("  // Why.\n  go();", "\ngo();"),
        ("const a = /** @type {any} */ (b); // Because.", "const a = /** @type {any} */ (b); // Because."),
        ('const url = "http://host/*"; // */', 'const url = "http://host/*"; // */'),
        ("/* one */ code(); /* two */", "/* one */ code(); /* two */"),
    ],
)
def test_only_indentation_and_whole_lines_of_comment_go(source: str, sent: str) -> None:
    assert slimmed(source) == sent
