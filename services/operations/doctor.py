"""What the app and direct uploads need, checked one by one, each fault with the command that repairs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.errors import ReelgateError
from services.storage.account_probe import AccountProbe

_MOST_SKEW = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check has found."""

    name: str
    detail: str
    ok: bool
    needed: bool = True
    """Whether a fault here stops anything that is in use."""
    repair: str | None = None
    """The command that fixes it."""


@dataclass(frozen=True, kw_only=True)
class ExtraPart:
    """Something of a slice that is looked at as well."""

    name: str
    describe: Callable[[], str]
    """Says that it works, or how to turn it on, in a sentence; raises what is wrong with it."""
    repair: str


class Doctor:
    """Runs the checks."""

    def __init__(
        self,
        probe: AccountProbe,
        *,
        ping_database: Callable[[], None],
        describe_ffmpeg: Callable[[], str],
        extras: Sequence[ExtraPart],
        origins: Sequence[str],
        is_direct: bool,
    ) -> None:
        """`origins` are those of the pages that write into storage, where `is_direct`.

        `describe_ffmpeg` says which one is used, or raises what is wrong with it.
        """
        self._probe = probe
        self._ping_database = ping_database
        self._describe_ffmpeg = describe_ffmpeg
        self._extras = tuple(extras)
        self._origins = tuple(origins)
        self._is_direct = is_direct

    def check(self, origins: Sequence[str] = ()) -> list[Finding]:
        """All findings; what depends on a check that failed is left out."""
        findings = [self._credentials()]
        if findings[0].ok:
            findings += self._containers()
        if all(finding.ok for finding in findings):
            findings += [self._clock(), self._rights()]
            findings += [self._delegation()] if self._probe.has_identity else []
            findings += [self._signed_url(), self._cors(origins or self._origins)]
            findings += self._persons()
        extras = [_tried(each.name, each.describe, repair=each.repair) for each in self._extras]
        return [*findings, self._database(), self._ffmpeg(), *extras]

    def fix_cors(self, origins: Sequence[str] = ()) -> None:
        """Let pages of these origins write, where they may not yet; raises `StorageError`."""
        refused = [origin for origin in origins or self._origins if not self._probe.lets_in(origin)]
        if refused:
            self._probe.let_in(refused)

    def _credentials(self) -> Finding:
        account = self._probe.account
        repair = (
            _grant("Storage Blob Data Contributor", account)
            if self._probe.has_identity
            else f"az storage account show-connection-string --name {account}"
        )
        return _tried(
            "credentials",
            lambda: self._probe.exists(self._probe.containers[0]),
            good=f"The account {account} lets this server in.",
            repair=repair,
        )

    def _containers(self) -> list[Finding]:
        return [self._container(name) for name in self._probe.containers]

    def _container(self, name: str) -> Finding:
        options = f"--name {name} --account-name {self._probe.account} --auth-mode login"
        try:
            if not self._probe.exists(name):
                detail, repair = "It is not there.", f"az storage container create {options}"
            elif not self._probe.is_private(name):
                detail = "Anyone can read it."
                repair = f"az storage container set-permission {options} --public-access off"
            else:
                return Finding(name=f"container {name}", ok=True, detail="It is there, and private.")
        except ReelgateError as error:
            detail, repair = str(error), _grant("Storage Blob Data Contributor", self._probe.account)
        return Finding(name=f"container {name}", ok=False, detail=detail, repair=repair)

    def _persons(self) -> list[Finding]:
        """What is to be said of persons' containers; nothing where there are none, and none are wanted."""
        name, gives = "containers of persons", self._probe.gives_homes
        try:
            found = self._probe.persons()
            if gives:
                self._probe.try_making()
        except ReelgateError as error:
            repair = _grant("Storage Blob Data Contributor", self._probe.account)
            return [Finding(name=name, ok=False, detail=str(error), repair=repair)] if gives else []
        if open_to_all := sorted(container for container, is_private in found.items() if not is_private):
            repair = (
                f"az storage container set-permission --name {open_to_all[0]} --account-name {self._probe.account} "
                "--auth-mode login --public-access off"
            )
            return [Finding(name=name, ok=False, detail=f"Anyone can read {', '.join(open_to_all)}.", repair=repair)]
        if not found and not gives:
            return []
        made = "; more can be made" if gives else ""
        return [Finding(name=name, ok=True, detail=f"There are {len(found)}, all private{made}.")]

    def _clock(self) -> Finding:
        repair = "timedatectl set-ntp true"
        try:
            skew = self._probe.clock_skew()
        except ReelgateError as error:
            return Finding(name="clock", ok=False, detail=str(error), repair=repair)
        seconds = round(abs(skew.total_seconds()))
        detail = f"It is {seconds} s {'ahead of' if skew > timedelta(0) else 'behind'} storage's."
        return Finding(name="clock", ok=abs(skew) <= _MOST_SKEW, detail=detail, repair=repair)

    def _rights(self) -> Finding:
        def try_both() -> None:
            for container in self._probe.containers:
                self._probe.try_all_rights(container)

        repair = _grant("Storage Blob Data Contributor", self._probe.account)
        return _tried("permissions", try_both, good="Blobs can be written, read, listed and deleted.", repair=repair)

    def _delegation(self) -> Finding:
        return _tried(
            "delegation",
            self._probe.try_delegation,
            good="The identity can sign URLs.",
            repair=_grant("Storage Blob Delegator", self._probe.account),
        )

    def _signed_url(self) -> Finding:
        return _tried(
            "signed URL",
            self._probe.try_signed_url,
            good="It writes its one blob; it cannot read, list or delete.",
            repair=f"az storage account update --name {self._probe.account} --allow-shared-key-access true",
        )

    def _cors(self, origins: Sequence[str]) -> Finding:
        add = f"az storage cors add --services b --methods PUT --account-name {self._probe.account}"
        repair = f"{add} --allowed-headers '*' --exposed-headers 'x-ms-*' --max-age 3600 --origins {' '.join(origins)}"
        try:
            refused = [origin for origin in origins if not self._probe.lets_in(origin)]
        except ReelgateError as error:
            return Finding(name="CORS", ok=False, needed=self._is_direct, detail=str(error), repair=repair)
        detail = f"Pages of {', '.join(refused or origins)} may{' not' if refused else ''} write into storage."
        if refused and not self._is_direct:
            detail += " That is needed with UPLOAD_MODE=direct alone."
        return Finding(name="CORS", ok=not refused, needed=self._is_direct, detail=detail, repair=repair)

    def _database(self) -> Finding:
        return _tried(
            "database",
            self._ping_database,
            good="It answers.",
            repair="flask --app app database upgrade  # once DATABASE_URL or DATA_DIR names one that can be used",
        )

    def _ffmpeg(self) -> Finding:
        repair = "pip install -r requirements.txt  # or set FFMPEG to one that can do all of that"
        return _tried("ffmpeg", self._describe_ffmpeg, repair=repair)


def _tried(name: str, trial: Callable[[], object], *, repair: str, good: str | None = None) -> Finding:
    """What the trial comes to; where it does not say itself what is `good`, that is said of it."""
    try:
        found = trial()
    except ReelgateError as error:
        return Finding(name=name, ok=False, detail=str(error), repair=repair)
    return Finding(name=name, ok=True, detail=str(found) if good is None else good)


def _grant(role: str, account: str) -> str:
    scope = f"$(az storage account show --name {account} --query id --output tsv)"
    return f'az role assignment create --role "{role}" --assignee <principal-id> --scope {scope}'
