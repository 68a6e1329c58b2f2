"""Which videos the rules hold of, and what is to be done with each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.actors.actor import SYSTEM
from services.collections.collections import Collections
from services.library.catalogue import Catalogue
from services.library.catalogue.stored import StoredQuery, StoredVideo
from services.rules.exempt import Exemptions
from services.rules.rule import Rule, Then, is_stronger
from services.videos.tier import is_colder
from services.watching.watching import Watching

_AT_ONCE = 500
_DAY = 24 * 3600 * 1000


@dataclass(frozen=True, kw_only=True)
class Match:
    """What is to be done with a video, and by which rule."""

    video: StoredVideo
    rule: Rule


class Matching:
    """Finds them in the index, some hundreds at a time; what is exempt is never among them."""

    def __init__(
        self,
        catalogue: Catalogue,
        watching: Watching,
        exemptions: Exemptions,
        *,
        collections: Collections,
        now: Callable[[], int],
    ) -> None:
        """`now` is the database's time, in milliseconds."""
        self._catalogue = catalogue
        self._watching = watching
        self._exemptions = exemptions
        self._collections = collections
        self._now = now

    def find(
        self,
        rules: Sequence[Rule],
        *,
        after: int = 0,
        until: int | None = None,
        progress: Callable[[object], object] = lambda _: None,
    ) -> Iterator[Match]:
        """Each video that something is to be done with, once, with the rule that goes before the others.

        They come in the order of their numbers: those behind `after`, and not behind `until`.
        """
        enabled, now = [rule for rule in rules if rule.enabled], self._now()
        if not enabled:
            return
        # What every rule asks for is asked of the index; with several rules all videos are looked at.
        query = _query(enabled[0], now) if len(enabled) == 1 else StoredQuery()
        while batch := self._catalogue.stored(query, after=after, most=_AT_ONCE):
            progress(after)
            after = batch[-1].number
            if until is not None and after > until:
                batch = [video for video in batch if video.number <= until]
            yield from self._of(batch, enabled, now)
            if until is not None and after >= until:
                return

    def collections(self) -> frozenset[str]:
        """The ids of the collections that there are, which rules may name."""
        return frozenset(self._collections.titles(by=SYSTEM))

    def again(self, video: StoredVideo, rules: Sequence[Rule]) -> Match | None:
        """What is to be done with a video as it is by now, if anything is."""
        found = self._catalogue.stored(StoredQuery(), after=video.number - 1, most=1)
        enabled = [rule for rule in rules if rule.enabled]
        return next(self._of([each for each in found if each.id == video.id], enabled, self._now()), None)

    def _of(self, batch: Sequence[StoredVideo], rules: Sequence[Rule], now: int) -> Iterator[Match]:
        tagged, collected = self._tagged(batch, rules), self._collected(batch, rules)
        watched = self._watching.last([each.id for each in batch], by=SYSTEM)
        found: dict[str, Match] = {}
        for video in batch:
            for rule in rules:
                if not _holds(rule, video, watched[video.id], tagged, now) or not _changes(rule.then, video):
                    continue
                if rule.when.collection is not None and video.id not in collected[rule.when.collection]:
                    continue
                if video.id not in found or is_stronger(rule.then, found[video.id].rule.then):
                    found[video.id] = Match(video=video, rule=rule)
        spared = self._exemptions.of([match.video for match in found.values()], now=now)
        yield from (match for id_, match in found.items() if id_ not in spared)

    def _tagged(self, batch: Sequence[StoredVideo], rules: Sequence[Rule]) -> dict[str, frozenset[str]]:
        """For each tag that a rule names, which of the videos have it."""
        tags = {rule.when.tag for rule in rules if rule.when.tag is not None}
        return {tag: self._catalogue.tagged([each.number for each in batch], tag) for tag in tags}

    def _collected(self, batch: Sequence[StoredVideo], rules: Sequence[Rule]) -> dict[str, frozenset[str]]:
        """For each collection that a rule names, which of the videos are in it; none where it is in the trash."""
        named = {rule.when.collection for rule in rules if rule.when.collection is not None}
        there = self._collections.these(named, by=SYSTEM)
        numbers = [each.number for each in batch]
        return {id_: self._catalogue.collected(numbers, id_) if id_ in there else frozenset() for id_ in named}


def _query(rule: Rule, now: int) -> StoredQuery:
    when = rule.when
    days = max(when.older_than_days or 0, when.not_watched_days or 0)
    return StoredQuery(
        uploaded_before=now - days * _DAY if days else None,
        larger_than=when.larger_than,
        tag=when.tag,
        collection=when.collection,
    )


def _holds(rule: Rule, video: StoredVideo, watched: int, tagged: dict[str, frozenset[str]], now: int) -> bool:
    when = rule.when
    if when.older_than_days is not None and video.uploaded_at >= now - when.older_than_days * _DAY:
        return False
    if when.not_watched_days is not None and max(watched, video.uploaded_at) >= now - when.not_watched_days * _DAY:
        return False
    if when.larger_than is not None and video.size <= when.larger_than:
        return False
    return when.tag is None or video.id in tagged[when.tag]


def _changes(then: Then, video: StoredVideo) -> bool:
    """Whether it makes a difference: nothing is made warmer by a rule."""
    return then.trash or (then.tier is not None and is_colder(then.tier, video.tier))
