"""The first bytes of small files of every kind, built by their formats' rules."""


def _packets(*, length: int, prefix: int, count: int) -> bytes:
    packet = bytes(prefix) + b"\x47\x40\x00\x10"
    return packet.ljust(length, b"\xff") * count


HEADS = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
    "m4v": b"\0\0\0\x18ftypM4V \0\0\0\1M4V mp42",
    "3gp": b"\0\0\0\x18ftyp3gp5\0\0\1\0003gp5isom",
    "quicktime": b"\0\0\0\x14ftypqt  \0\0\2\0qt  ",
    "old quicktime": b"\0\0\0\x08wide\0\0\xff\xffmdat",
    "webm": b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04",
    "matroska": b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x13\x42\x82\x01\0\0\0\0\0\0\x08matroska",
    "avi": b"RIFF\0\x10\0\0AVI LIST",
    "windows media": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(14),
    "flash": b"FLV\x01\x05\0\0\0\x09",
    "ogg": b"OggS\0\x02" + bytes(20),
    "mpeg programme": b"\0\0\x01\xba\x44\0\x04",
    "mpeg video": b"\0\0\x01\xb3\x16\0\xf0",
    "mpeg transport": _packets(length=188, prefix=0, count=6),
    "mpeg transport with time codes": _packets(length=192, prefix=4, count=6),
}
