"""Rules as people meet them: read, changed, tried out, and applied by housekeeping."""

from collections.abc import Callable
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.costs.prices import Prices
from services.database.engine import Database
from services.library.conditions import ALWAYS, Condition
from services.library.written_records import changed
from services.rules.applying import Applying
from services.rules.azure_policy import Policy, policy_of
from services.rules.matching import Matching
from services.rules.rule import RuleSet, checked
from services.rules.store import RuleStore
from services.steps import KeepGoing


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
        store: RuleStore,
        matching: Matching,
        applying: Applying,
        *,
        prices: Prices,
        audit: Audit,
        container: str,
        has_homes: Callable[[], bool],
    ) -> None:
        """`database` is the durable one, `container` that of videos; whether persons have theirs is asked each time."""
        self._database = database
        self._store = store
        self._matching = matching
        self._applying = applying
        self._prices = prices
        self._audit = audit
        self._container = container
        self._has_homes = has_homes

    def get(self, *, by: Actor) -> RuleSet:
        """All rules, in the order in which they were given."""
        require(by, Act.MANAGE)
        return self._store.get()

    def put(self, rules: RuleSet, *, by: Actor, condition: Condition = ALWAYS) -> RuleSet:
        """Have these rules from now on; raises `InvalidRulesError`, and `RecordChangedError` for another version."""

        def alter(known: RuleSet) -> RuleSet:
            if not condition.holds(known.etag):
                raise changed()
            return rules

        return self.change(alter, by=by)

    def change(self, alter: Callable[[RuleSet], RuleSet], *, by: Actor) -> RuleSet:
        """Have from now on what `alter` makes of the rules; what others change meanwhile waits, and nothing is lost.

        Raises `InvalidRulesError`, and what `alter` raises: then all stays as it was.
        """
        require(by, Act.MANAGE)
        collections = self._matching.collections()
        with self._database.writing() as connection:
            known = self._store.locked(connection)
            found = checked(alter(known), known=known, collections=collections)
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
        found = checked(rules, known=self._store.get(), collections=self._matching.collections())
        for match in self._matching.find(found.rules):
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
        enabled = [rule for rule in self._store.get().rules if rule.enabled]
        return policy_of(enabled, container=self._container, has_homes=self._has_homes())

    def apply(self, *, by: Actor, progress: KeepGoing = lambda _: None) -> int:
        """Do what the rules say, with so many videos at the most; returns with how many it was done.

        A pass that is ended in the middle is gone on with by the next: what is done is not found again. `progress` is
        called for each video, and may raise to end the pass.
        """
        require(by, Act.ADMINISTER)
        return self._applying.run(progress)
