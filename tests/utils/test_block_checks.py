"""The checksums are those that storage computes."""

import pytest

from utils.block_checks import BlockCheck, RunningCrc64

DIGITS = b"123456789"


def test_crc64_is_that_of_nvme_in_little_endian_order() -> None:
    # The check value of the catalogue of CRCs: ae8b14860a799888.
    assert BlockCheck.CRC64.headers([DIGITS]) == {"x-ms-content-crc64": "iJh5CoYUi64="}


def test_md5_is_that_of_rfc_1864() -> None:
    assert BlockCheck.MD5.headers([DIGITS]) == {"Content-MD5": "JfnnlDI7RTiF9RgfG2JNCw=="}


@pytest.mark.parametrize("check", [BlockCheck.CRC64, BlockCheck.MD5])
def test_pieces_make_no_difference(check: BlockCheck) -> None:
    assert check.headers([b"", DIGITS[:1], DIGITS[1:], b""]) == check.headers([DIGITS])


def test_none_says_nothing() -> None:
    assert BlockCheck.NONE.headers([DIGITS]) == {}


def test_a_flipped_bit_changes_the_sum() -> None:
    right, wrong = RunningCrc64(), RunningCrc64()
    right.update(DIGITS)
    wrong.update(b"023456789")
    assert right.text != wrong.text
