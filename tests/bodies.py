"""Bodies of requests that nobody has sent."""

import io


class Bytes(io.BytesIO):
    """Bytes to be read like a request's body."""

    at_hand = 0
    length: int | None = None
