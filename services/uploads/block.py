"""One block of an upload: bytes as they arrived, to be sent when all of them are here or while they come."""

from dataclasses import dataclass, field

from services.storage.blocks import Chunk
from services.uploads.block_stream import BlockStream
from services.uploads.reservation import Reservation, ReservedChunk


@dataclass
class Block:
    """It fills until it is closed, and owns the memory of its bytes until storage has them."""

    id: str
    target: int
    """With so many bytes it is worth staging."""
    limit: int
    """It never holds more bytes than these."""
    reservation: Reservation
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0
    closed: bool = False
    """No more bytes come."""
    taken: bool = False
    """A thread sees to it that it is staged."""
    staged: bool = False
    """Storage has it."""
    stream: BlockStream | None = None
    """By which it is being sent while it fills."""
    stream_tried: bool = False
    """It was to be sent while it fills; once is enough."""

    @property
    def full(self) -> bool:
        """Whether it is worth staging."""
        return self.size >= (self.stream.size if self.stream else self.target)

    def add(self, chunk: ReservedChunk) -> ReservedChunk | None:
        """Take a chunk over, with its memory; returns what of it there is no room for."""
        room = (self.stream.size if self.stream else self.limit) - self.size
        data = chunk.data if len(chunk) <= room else chunk.data[:room]
        self.reservation.take(chunk.reservation, len(data))
        self.chunks.append(data)
        self.size += len(data)
        if self.stream and not self.stream.send(data):
            self.stream = None
        return ReservedChunk(chunk.data[room:], chunk.reservation) if len(data) < len(chunk) else None

    def send_by(self, stream: BlockStream) -> None:
        """Send what is here already by a stream, and then what comes."""
        if all(stream.send(chunk) for chunk in self.chunks):
            self.stream = stream

    def end_stream(self) -> None:
        """Send it when it is whole, or never."""
        if self.stream:
            self.stream.abort()
            self.stream = None

    def close(self) -> None:
        """Let nothing more in."""
        self.closed = True

    def forget(self) -> None:
        """Let go of the bytes and their memory."""
        self.close()
        self.chunks.clear()
        self.stream = None
        self.reservation.release()
