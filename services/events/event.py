"""What every event is: a frozen struct whose tag is its name in the contract.

Messages wait in the outbox while versions change, so each is read by the version before and the one after: a field is
never taken away or renamed, and a new one has a default. A test holds each event to the first form it was sent in.
"""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Something that has happened. Each event is a class of its own, listed in `services/events/catalogue.py`."""

    @property
    def subject(self) -> str:
        """The id of the thing that it happened to."""
        raise NotImplementedError

    @property
    def key(self) -> str | None:
        """What tells this happening from every other of its type, where storage remembers it too.

        What reconciliation finds and says again then bears the id that it bore the first time.
        """
        return None


def name_of(event: Event | type[Event]) -> str:
    """The event's name in the contract, such as `video.uploaded`."""
    return str(event.__struct_config__.tag)
