import base64

import pytest

from services.uploads.block_ids import InvalidBlockIds, check_block_ids


def encoded(*raw: bytes) -> list[str]:
    return [base64.b64encode(each).decode() for each in raw]


@pytest.mark.parametrize("ids", [[], encoded(b"1", b"2"), encoded(b"\xff" * 64), encoded(b"\0\0\0\1", b"\0\0\0\2")])
def test_ids_of_one_length_are_fine(ids: list[str]) -> None:
    check_block_ids(ids)


@pytest.mark.parametrize(
    "ids", [["?"], [""], ["QQ"], ["QR=="], encoded(b"1", b"1234"), encoded(b"1", b"1"), encoded(b"x" * 65), ["Ä==="]]
)
def test_what_storage_would_not_take_is_refused(ids: list[str]) -> None:
    with pytest.raises(InvalidBlockIds):
        check_block_ids(ids)
