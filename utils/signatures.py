"""What the first bytes of a file say it is, in the ways in which ffmpeg finds films too.

Films are cut: a recording may begin inside a packet, a segment before its index, a file behind another program's tag.
Where the very first bytes do not say it, more of them have to agree.
"""

from enum import StrEnum

SNIFF_BYTES = 2048
"""Number of first bytes that `sniff` needs; a shorter file is given whole."""


class Container(StrEnum):
    """A video container format that can be told by its first bytes; the value is its name for people."""

    MP4 = "MP4"
    QUICKTIME = "QuickTime"
    THREE_GP = "3GP"
    WEBM = "WebM"
    MATROSKA = "Matroska"
    AVI = "AVI"
    ASF = "Windows Media"
    FLV = "Flash Video"
    MPEG_PS = "MPEG programme stream"
    MPEG_TS = "MPEG transport stream"
    OGG = "Ogg"


_FIXED = (
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Container.ASF),
    (b"OggS\x00", Container.OGG),
    (b"\x00\x00\x01\xba", Container.MPEG_PS),
    (b"\x00\x00\x01\xb3", Container.MPEG_PS),
)
# By the form type of RIFF. The second and third are AVI by some cameras, the last is a video CD.
_RIFF_FORMS = {
    b"AVI ": Container.AVI,
    b"AVIX": Container.AVI,
    b"AVI\x19": Container.AVI,
    b"CDXA": Container.MPEG_PS,
}

# Still images wear the same box as MP4 films do.
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"crx "})
_FIRST_ATOMS_BEFORE_FTYP = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
# What may stand before the box that tells: of segments of a stream, and of films by any program.
_BOXES_OF_SEGMENTS = frozenset({b"sidx", b"ssix", b"emsg", b"prft"})
_OTHER_BOXES = frozenset({b"uuid", b"udta", b"junk", b"pict", b"prfl", b"wide", b"free", b"skip"})
_MOST_BOXES = 16

_EBML_MAGIC = b"\x1a\x45\xdf\xa3"
_EBML_DOC_TYPE = b"\x42\x82"
_DOC_TYPES = {b"webm": Container.WEBM, b"matroska": Container.MATROSKA}

# (packet length, where the sync byte stands in it): plain, with a time code (m2ts), with error correction.
_TS_LAYOUTS = ((188, 0), (192, 4), (204, 0))
_TS_SYNC = 0x47
_TS_PACKETS = 5

_START_CODE = b"\x00\x00\x01"
_PACK, _FIRST_STREAM, _LAST_STREAM = 0xBA, 0xBB, 0xEF
_SEQUENCE = 0xB3
# A picture, user data, an extension, a group of pictures.
_AFTER_SEQUENCE = frozenset({b"\x00", b"\xb2", b"\xb5", b"\xb8"})

_TAGGED = frozenset({Container.MPEG_TS, Container.MPEG_PS, Container.FLV, Container.OGG})
"""What players look for behind an ID3 tag, which HTTP Live Streaming puts before its segments."""


def sniff(head: bytes) -> Container | None:
    """Return the container that begins with `head`, or None; give `SNIFF_BYTES`, or all of a shorter file."""
    head = head[:SNIFF_BYTES]
    if head.startswith(b"ID3"):
        container = _whole(_behind_tag(head))
        return container if container in _TAGGED else None
    return _whole(head)


def _behind_tag(head: bytes) -> bytes:
    """What follows the ID3 tag; its size has seven bits a byte, and a footer as long as the header may follow."""
    if len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return b""
    size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    return head[10 + size + (10 if head[5] & 0x10 else 0) :]


def _whole(head: bytes) -> Container | None:
    for magic, container in _FIXED:
        if head.startswith(magic):
            return container
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12])
    if head.startswith(_EBML_MAGIC):
        return _ebml(head)
    if _is_flash(head):
        return Container.FLV
    return _iso_media(head) or _transport_stream(head) or _programme_stream(head)


def _is_flash(head: bytes) -> bool:
    if head.startswith(b"FLV\x01"):
        return True
    return head[:3] == b"FLV" and len(head) >= 9 and head[3] < 5 and int.from_bytes(head[5:9], "big") >= 9


def _iso_media(head: bytes) -> Container | None:
    """Follow the boxes to the one that tells what they are; what tells nothing ends the search."""
    at, family = 0, None
    for _ in range(_MOST_BOXES):
        size, kind, brand = _box(head[at : at + 20])
        if size is None:
            break
        if kind in {b"ftyp", b"styp"}:
            if (family := _of_brand(brand)) is None or kind == b"ftyp":
                return family
        elif kind in _BOXES_OF_SEGMENTS:
            family = family or Container.MP4
        elif kind in _FIRST_ATOMS_BEFORE_FTYP and (at == 0 or kind not in _OTHER_BOXES):
            return family or Container.QUICKTIME
        elif kind not in _OTHER_BOXES:
            return None
        at += size
        if at + 8 > len(head) or size == 0:
            return family or Container.QUICKTIME
    return None


def _box(start: bytes) -> tuple[int | None, bytes, bytes]:
    """The size (None when it cannot be one), the kind, and what is the brand where the kind has one."""
    size, kind, brand = int.from_bytes(start[:4], "big"), start[4:8], start[8:12]
    if size == 1:  # A longer size follows. Where it is cut off, it is long enough.
        size, brand = max(int.from_bytes(start[8:16], "big"), 16), start[16:20]
    is_box = len(start) >= 8 and (size == 0 or size >= 8)  # 0 is "to the end of the file".
    return size if is_box else None, kind, brand


def _of_brand(brand: bytes) -> Container | None:
    if len(brand) < 4 or brand in _IMAGE_BRANDS:
        return None
    if brand == b"qt  ":
        return Container.QUICKTIME
    return Container.THREE_GP if brand[:3] in {b"3gp", b"3g2", b"3gh"} else Container.MP4


def _ebml(head: bytes) -> Container | None:
    at = head.find(_EBML_DOC_TYPE, len(_EBML_MAGIC)) + len(_EBML_DOC_TYPE)
    if at < len(_EBML_DOC_TYPE) or at >= len(head) or head[at] == 0:
        return None
    # An EBML length tells by its leading zero bits how many bytes it has.
    width = 9 - head[at].bit_length()
    length = int.from_bytes(head[at : at + width], "big") & ((1 << 7 * width) - 1)
    return _DOC_TYPES.get(head[at + width : at + width + length].rstrip(b"\0"))


def _transport_stream(head: bytes) -> Container | None:
    for length, sync_at in _TS_LAYOUTS:
        starts = [*range(sync_at, len(head) - 3, length)][:_TS_PACKETS]
        if len(head) >= length and all(_is_packet(head, start) for start in starts):
            return Container.MPEG_TS
    return Container.MPEG_TS if _has_packets(head) else None


def _has_packets(head: bytes) -> bool:
    """Whether from somewhere on there are packets to the very end, and not too few."""
    for length, _ in _TS_LAYOUTS:
        last = len(head) - 3 - (_TS_PACKETS - 1) * length
        start = head.find(_TS_SYNC, 0, max(last, 0))
        while start >= 0:
            if all(_is_packet(head, each) for each in range(start, len(head) - 3, length)):
                return True
            start = head.find(_TS_SYNC, start + 1, last)
    return False


def _is_packet(head: bytes, start: int) -> bool:
    # The sync byte is a capital G. The bits 00 for "adaptation field or payload" are reserved, and
    # asking for others keeps GIF pictures and plain text out.
    return head[start] == _TS_SYNC and head[start + 3] & 0x30 != 0


def _programme_stream(head: bytes) -> Container | None:
    """Zeros and then a beginning, or anything and then a unit that ends where another one begins."""
    begin = head.find(_START_CODE)
    if begin >= 0 and not any(head[:begin]) and head[begin + 3 : begin + 4] in {b"\xba", b"\xb3"}:
        return Container.MPEG_PS
    while begin >= 0:
        length = _unit_length(head[begin : begin + 14])
        if length and _unit_length(head[begin + length : begin + length + 14]):
            return Container.MPEG_PS
        if _is_sequence(head[begin : begin + 12 + 2 * 64 + 4]):
            return Container.MPEG_PS
        begin = head.find(_START_CODE, begin + 1)
    return None


def _is_sequence(start: bytes) -> bool:
    """Whether a sequence of MPEG video begins like this: its header, up to two matrices, and what may follow."""
    if len(start) < 12 or start[3] != _SEQUENCE:
        return False
    intra = bool(start[11] & 2)
    other = (start[11 + 64 * intra :] or b"\0")[0] & 1
    following = start[12 + 64 * (intra + other) :]
    return following.startswith(_START_CODE) and following[3:4] in _AFTER_SEQUENCE


def _unit_length(start: bytes) -> int:
    """How long the unit of a programme stream is that begins like this; 0 when none does."""
    if len(start) < 6 or not start.startswith(_START_CODE):
        return 0
    if start[3] == _PACK:
        if start[4] >> 4 == 0b0010:  # MPEG-1.
            return 12
        return 14 + (start[13] & 7 if len(start) > 13 else 0) if start[4] >> 6 == 0b01 else 0
    return 6 + int.from_bytes(start[4:6], "big") if _FIRST_STREAM <= start[3] <= _LAST_STREAM else 0
