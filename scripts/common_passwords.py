"""Write the list of passwords that too many people use: `python -m scripts.common_passwords SOURCE`.

SOURCE is `frequency_lists.py` of the package zxcvbn 4.5.0 (MIT licence). Its list `passwords` is in the order of how
often each was found among leaked ones. Of the first ten thousand, those are kept that are long enough to be taken here.
"""

import ast
import sys
from pathlib import Path

from services.accounts.passwords import COMMON, LEAST_LETTERS

_MOST_USED = 10_000


def main(source: Path) -> None:
    """Take the list out of the package's source and write ours."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "passwords":
                    # It is one long text, split where it is read.
                    texts = [str(each.value) for each in ast.walk(value) if isinstance(each, ast.Constant)]
                    _write(max(texts, key=len).split(","))
                    return
    sys.exit("There is no list of passwords in this file.")


def _write(words: list[str]) -> None:
    kept = sorted({each for each in words[:_MOST_USED] if len(each) >= LEAST_LETTERS})
    COMMON.write_text("\n".join(kept) + "\n")
    print(f"{len(kept)} passwords in {COMMON.name}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
