"""Letters that are to be written: said to ourselves alone. What a letter lets somebody do is made when it is sent."""

from services.events.event import Event


class LetterWanted(Event, frozen=True, kw_only=True):
    """Somebody is to get a letter."""

    page: str
    """The address of the page that it leads to, as the site is reached."""
    language: str


class ResetLetterWanted(LetterWanted, frozen=True, kw_only=True, tag="mail.reset.wanted"):
    """Somebody has typed an address and says that its account's password is forgotten; perhaps nobody has it."""

    address: str

    @property
    def subject(self) -> str:
        """What was typed."""
        return self.address


class InvitationLetterWanted(LetterWanted, frozen=True, kw_only=True, tag="mail.invitation.wanted"):
    """An administrator has invited somebody who has an address."""

    user_id: str

    @property
    def subject(self) -> str:
        """The account's id."""
        return self.user_id
