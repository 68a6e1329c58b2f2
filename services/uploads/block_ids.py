"""Ids of blocks as clients of storage send them: base64, all of one length, 50,000 at most."""

import base64
import binascii
from collections.abc import Sequence

from services.uploads.block_plan import MOST_BLOCKS
from utils.text import quoted

_MOST_BYTES = 64


class InvalidBlockIds(ValueError):
    """Storage would not take these ids."""


def check_block_ids(ids: Sequence[str]) -> None:
    """Refuse ids that cannot make up one blob. Raises InvalidBlockIds."""
    if len(ids) > MOST_BLOCKS:
        raise InvalidBlockIds(f"There are {len(ids)} blocks; one blob has at most {MOST_BLOCKS}.")
    for id_ in ids:
        if len(id_) != len(ids[0]):
            raise InvalidBlockIds(f"{quoted(id_)} and {quoted(ids[0])} differ in length; all ids must have one length.")
        if not _is_block_id(id_):
            raise InvalidBlockIds(f"{quoted(id_)} is not base64 of 1 to {_MOST_BYTES} bytes.")
    if len(set(ids)) < len(ids):
        raise InvalidBlockIds("A block is named twice.")


def _is_block_id(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return 0 < len(raw) <= _MOST_BYTES and base64.b64encode(raw).decode() == text
