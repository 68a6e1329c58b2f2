"""A file is told by its first bytes."""

import pytest

from tests.utils.heads import HEADS
from utils.signatures import SNIFF_BYTES, Container, sniff


@pytest.mark.parametrize("kind", HEADS)
def test_no_more_than_the_named_number_of_bytes_is_looked_at(kind: str) -> None:
    filled = HEADS[kind].ljust(SNIFF_BYTES, b"\0")
    if kind.startswith("mpeg transport"):
        filled = (HEADS[kind] * 3)[:SNIFF_BYTES]
    assert sniff(filled) == sniff(filled + b"<html>" * 1000) == sniff(HEADS[kind]) is not None


@pytest.mark.parametrize("atom", [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"])
def test_quicktime_from_before_ftyp_is_told_by_its_first_atom(atom: bytes) -> None:
    assert sniff(b"\0\0\0\x08" + atom) is Container.QUICKTIME
    assert sniff(b"\0\0\0\0" + atom) is Container.QUICKTIME
    assert sniff(b"\0\0\0\x03" + atom) is None


def test_a_transport_stream_of_one_packet_is_recognised_and_less_is_not() -> None:
    stream = HEADS["mpeg transport"]
    assert sniff(stream[:188]) is Container.MPEG_TS
    assert sniff(stream[:187]) is None
    assert sniff(stream[:500]) is Container.MPEG_TS


def test_a_transport_stream_out_of_step_is_not_one() -> None:
    stream = bytearray(HEADS["mpeg transport"])
    stream[188 * 3] = 0
    assert sniff(bytes(stream)) is None


def test_the_document_type_of_matroska_may_be_padded_but_not_far_away() -> None:
    assert sniff(b"\x1a\x45\xdf\xa3\x8a\x42\x82\x86webm\0\0") is Container.WEBM
    assert sniff(b"\x1a\x45\xdf\xa3" + bytes(SNIFF_BYTES) + b"\x42\x82\x84webm") is None


@pytest.mark.parametrize("cut", range(24))
def test_matroska_cut_anywhere_before_its_document_type_is_nothing(cut: int) -> None:
    assert sniff(HEADS["matroska"][:cut]) is None


@pytest.mark.parametrize("kind", HEADS)
def test_no_prefix_of_a_file_breaks_the_sniffer(kind: str) -> None:
    for end in range(min(len(HEADS[kind]), 64)):
        assert sniff(HEADS[kind][:end]) in {None, sniff(HEADS[kind])}
