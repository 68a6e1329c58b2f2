"""Channels: pages that name a feed of what is new, as YouTube's do; and YouTube's own, by an artist's channel."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

from services.egress.guard import Question
from services.sources.adapter import FilmAtService, MatchedBy, Sought, address_of, web_address
from services.sources.adapters.feeds import FeedPage, feed_service, read_feed, reader_at
from services.sources.asking import ServiceClient
from services.sources.service import Service

_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_ACCEPTED = "text/html, application/atom+xml, application/rss+xml, application/feed+json"
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")


def read_channel(url: str, client: ServiceClient) -> FeedPage:
    """The feed that lies at an address, or that the page there names; raises what `ServiceClient.ask` raises."""
    question = Question(url=url, headers={"Accept": _ACCEPTED})
    found = client.ask(feed_service(url), question, lambda body: _feed_or_address(body, url), fresh=True)
    return read_feed(found, client) if isinstance(found, str) else found


class YouTube:
    """What is new in an artist's channel. It needs no key, and knows the channel's newest films alone."""

    service = Service(name="youtube", title="YouTube", per_minute=60, at_once=5)
    needs_key = False

    def __init__(self, base: str | None) -> None:
        self._base = base

    def require(self) -> None:
        """It needs an address."""
        self._address()

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """The channel's newest films; nothing where no channel is known."""
        channel = sought.ids.get("youtube")
        if channel is None:
            return []
        if not _CHANNEL_ID.fullmatch(channel):
            channel = client.ask(self.service, self._page(channel), self._channel_of)
        page = client.ask(self.service, self._feed(channel), reader_at(self._address()))
        return [
            FilmAtService(
                id=each.id,
                title=each.title,
                url=each.url,
                year=each.year,
                seconds=each.seconds,
                picture=each.picture,
                match=MatchedBy.ID,
            )
            for each in page.entries
        ]

    def ping(self, client: ServiceClient) -> None:
        """Ask for its first page."""
        client.ask(self.service, Question(url=f"{self._address()}/robots.txt"), len, fresh=True)

    def _address(self) -> str:
        return address_of(self.service, self._base, setting="YOUTUBE_URL")

    def _feed(self, channel: str) -> Question:
        return Question(url=f"{self._address()}/feeds/videos.xml?channel_id={channel}")

    def _page(self, handle: str) -> Question:
        return Question(
            url=f"{self._address()}/{quote('@' + handle.removeprefix('@'), safe='@')}", headers={"Accept": _ACCEPTED}
        )

    def _channel_of(self, body: bytes) -> str:
        found = _CHANNEL_ID.search(_address_in(body, self._address()))
        if found is None:
            raise ValueError("The page names no channel.")
        return found[0]


class _ChannelLinks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the feeds that the page names."""
        said = dict(attrs)
        words = (said.get("rel") or "").lower().split()
        if tag == "link" and "alternate" in words and (said.get("type") or "").lower() in _FEEDS:
            self.addresses.append(said.get("href") or "")


def _feed_or_address(body: bytes, url: str) -> FeedPage | str:
    try:
        return reader_at(url)(body)
    except ValueError:
        return _address_in(body, url)


def _address_in(body: bytes, url: str) -> str:
    links = _ChannelLinks()
    links.feed(body.decode("utf-8", "replace"))
    for each in links.addresses:
        try:
            found = web_address(urljoin(url, each))
            if found and urlsplit(found).hostname:
                return found
        except ValueError:
            continue
    raise ValueError("The page names no feed.")
