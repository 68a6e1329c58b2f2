"""One pass of the rules: they are applied to one video after the other, each looked at again just before."""

import contextlib
import logging
from collections import Counter
from collections.abc import Iterator

from services.actors.actor import SYSTEM
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.notes import Notes
from services.errors import ReelgateError
from services.library.library import Library
from services.rules.matching import Match, Matching
from services.rules.store import RuleStore
from services.steps import KeepGoing
from services.storage.errors import StorageUnavailableError
from services.tiers.errors import TierRefusedError
from services.tiers.tiers import Tiers
from services.videos.tier import Tier

log = logging.getLogger(__name__)

MOST_A_PASS = 500
"""Videos that one pass tries to move: the next one goes on."""
_MOST_REFUSED = 5
"""Videos whose tier storage refuses, after which a rule waits for the next pass."""
_REACHED = "rules.reached"


class Applying:
    """Moves what the rules say. Raises `DatabaseUnavailableError`, and `StorageUnavailableError`."""

    def __init__(
        self, store: RuleStore, matching: Matching, notes: Notes, *, library: Library, tiers: Tiers, audit: Audit
    ) -> None:
        """`notes` are the durable ones."""
        self._store = store
        self._matching = matching
        self._notes = notes
        self._library = library
        self._tiers = tiers
        self._audit = audit

    def run(self, progress: KeepGoing) -> int:
        """Go once round all videos from where the last pass ended, or until enough were tried; returns how many moved.

        `progress` is told of each video, and may raise to end the pass.
        """
        begun = self._notes.recall(_REACHED) or 0
        tried = moved = 0
        reached = begun
        refused = Counter[str]()
        try:
            for match in self._once_round(begun, progress):
                if tried >= MOST_A_PASS:
                    return moved
                progress(match.video.id)
                if refused[match.rule.name] >= _MOST_REFUSED:
                    continue
                tried += 1
                try:
                    moved += self._decide(match)
                except TierRefusedError as error:
                    refused[match.rule.name] += 1
                    log.warning("the rule %r could not be applied to %s: %s", match.rule.name, match.video.id, error)
                reached = match.video.number
            reached = 0
        finally:
            # Without it the next pass begins where this one did: what is done is not found again.
            with contextlib.suppress(ReelgateError):
                self._notes.remember(_REACHED, reached)
        return moved

    def _once_round(self, begun: int, progress: KeepGoing) -> Iterator[Match]:
        rules = self._store.get().rules
        yield from self._matching.find(rules, after=begun, progress=progress)
        if begun:
            yield from self._matching.find(rules, until=begun, progress=progress)

    def _decide(self, found: Match) -> bool:
        """Do it with one video, if that is still to be done; what is refused is logged, and the others have their turn.

        Raises `TierRefusedError`.
        """
        # Since its batch was looked at somebody may have watched it, or changed it, or the rules.
        match = self._matching.again(found.video, self._store.get().rules)
        if match is None or self._library.is_held(found.video.id, by=SYSTEM):
            return False
        then, id_ = match.rule.then, match.video.id
        try:
            if then.tier is None:
                self._library.trash(id_, by=SYSTEM)
            else:
                self._tiers.put(id_, Tier(then.tier), by=SYSTEM)
        except (StorageUnavailableError, TierRefusedError):
            raise
        except ReelgateError as error:
            log.warning("the rule %r could not be applied to %s: %s", match.rule.name, id_, error)
            return False
        log.info("the rule %r was applied to %s", match.rule.name, id_)
        self._audit.note(
            "rule.applied",
            by=SYSTEM,
            target=AuditTarget(kind="video", id=id_),
            details={"rule": match.rule.name, "from": match.video.tier, "to": then.tier or "trash"},
        )
        return True
