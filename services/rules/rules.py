"""Rules as people meet them: read, changed, tried out, and applied by housekeeping."""

import logging
from dataclasses import dataclass

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.costs.prices import Prices
from services.database.engine import Database
from services.errors import ReelgateError
from services.library.library import Library
from services.rules.azure_policy import Policy, policy_of
from services.rules.matching import Match, Matching
from services.rules.rule import RuleSet, checked
from services.rules.store import RuleStore
from services.steps import KeepGoing
from services.storage.errors import StorageUnavailableError
from services.tiers.tiers import Tiers
from services.videos.tier import Tier

log = logging.getLogger(__name__)

MOST_A_PASS = 500
"""Videos that one pass moves: the next one goes on."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the rules would do now."""

    videos: int
    size: int
    """In bytes."""
    saves: float | None
    """A month, in the currency of the prices; None where those are not known."""
    currency: str | None


class Rules:
    """Raises `DatabaseUnavailableError`, and what the policy says to who may not manage."""

    def __init__(
        self,
        database: Database,
        matching: Matching,
        *,
        library: Library,
        tiers: Tiers,
        prices: Prices,
        audit: Audit,
        container: str,
    ) -> None:
        """`database` is the durable one, `container` that of videos."""
        self._database = database
        self._store = RuleStore(database)
        self._matching = matching
        self._library = library
        self._tiers = tiers
        self._prices = prices
        self._audit = audit
        self._container = container

    def get(self, *, by: Actor) -> RuleSet:
        """All rules, in the order in which they were given."""
        require(by, Act.MANAGE)
        return self._store.get()

    def put(self, rules: RuleSet, *, by: Actor) -> RuleSet:
        """Have these rules from now on; raises `InvalidRulesError`."""
        require(by, Act.MANAGE)
        found = checked(rules)
        with self._database.writing() as connection:
            self._store.put(found, changed_by=by.name, on=connection)
            target = AuditTarget(kind="setting", id="storage-rules")
            details = {"rules": [rule.name for rule in found.rules if rule.enabled]}
            self._audit.write(connection, "rules.changed", by=by, target=target, details=details)
        return found

    def preview(self, rules: RuleSet, *, by: Actor) -> Preview:
        """What these rules would do if they were applied now; changes nothing. Raises `InvalidRulesError`."""
        require(by, Act.MANAGE)
        moves: dict[tuple[str, str | None], int] = {}
        videos = size = 0
        for match in self._matching.find(checked(rules).rules):
            move = (match.video.tier, None if match.rule.then.trash else match.rule.then.tier)
            moves[move] = moves.get(move, 0) + match.video.size
            videos, size = videos + 1, size + match.video.size
        prices = self._prices.current(by=by)
        if prices is None:
            return Preview(videos=videos, size=size, saves=None, currency=None)
        saved = [prices.saving(bytes_, tier, to) for (tier, to), bytes_ in moves.items()]
        saves = None if None in saved else sum(each for each in saved if each is not None)
        return Preview(videos=videos, size=size, saves=saves, currency=prices.currency)

    def azure(self, *, by: Actor) -> Policy:
        """The enabled rules as Azure's lifecycle policy; raises `RulesNotExportableError`."""
        require(by, Act.MANAGE)
        return policy_of([rule for rule in self._store.get().rules if rule.enabled], container=self._container)

    def apply(self, *, by: Actor, progress: KeepGoing = lambda _: None) -> int:
        """Do what the rules say, with so many videos at the most; returns with how many it was done.

        A pass that is ended in the middle is gone on with by the next: what is done is not found again. `progress` is
        called for each video, and may raise to end the pass.
        """
        require(by, Act.ADMINISTER)
        done = 0
        for match in self._matching.find(self._store.get().rules, progress=progress):
            if done >= MOST_A_PASS:
                break
            progress(match.video.id)
            done += self._do(match)
        return done

    def _do(self, match: Match) -> bool:
        """Do it with one video; what is refused is logged, and the others have their turn."""
        then, id_ = match.rule.then, match.video.id
        try:
            if then.tier is None:
                self._library.trash(id_, by=SYSTEM)
            else:
                self._tiers.put(id_, Tier(then.tier), by=SYSTEM)
        except StorageUnavailableError:
            raise  # The next pass goes on.
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
