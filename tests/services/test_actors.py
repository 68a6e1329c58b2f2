"""No service shows or changes anything without an actor: every public method takes `by`, or says here why not."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import get_args, get_origin, get_type_hints

from services.assembly import Services

EXCEPTIONS = {
    "Platform": "The ground that slices stand on: no route is given it but for the commands of the database.",
    "SmallBodies": "Room in memory for a request's body.",
    "UploadSlots": "How many may upload at once.",
    "BodyReader": "Reads a body from its socket.",
    "Scratch": "Folders for jobs, of which no route shows anything.",
    "Housekeeping": "The loop; each of its steps comes by SYSTEM.",
    "Readiness": "Whether the parts answer; shown to load balancers.",
    "Derived": "The container below `MediaFiles` and `Processing`, which ask the policy.",
    "Doctor": "A command of whoever has the machine.",
    "Catalogue": "The index below the library, which narrows what is asked of it by `PageQuery.seen`.",
    "FormCommits": "Takes back what dead processes have left of forms; nobody is shown any of it.",
    "Broadcast": "Asks for each listener, by its actor, what it may know; routes come to it by `Updates.listen`.",
    "Jobs.know_videos": "Wiring: no route is given it.",
    "Imports.know_artists": "Wiring: no route is given it.",
    "JobStore": "The table below `Jobs`, which asks the policy.",
    "Kinds": "What this version can do; registered when slices are built.",
    "Library.heard": "A listener: who did it stands in the event.",
    "Library.catch_up": "Writes into this instance's index what storage says.",
    "Library.restorable_until": "Of a video that `page` has shown.",
    "Uploads.check_form_length": "A limit.",
    "Uploads.plan": "The sizes of blocks.",
    "Uploads.abandon": "Of uploads that `begin` has given.",
    "Uploads.commit": "Of a draft, which belongs to somebody.",
    "Resumable.close": "The process ends.",
    "CaptionIndex": "Which tracks a video has that another service has shown; housekeeping and a listener besides.",
    "DocumentIndex": "Which documents a film has that another service has shown; housekeeping and a listener besides.",
    "TranscriptSearch.take": "A listener: who did it stands in the event.",
    "TranscriptSearch.catch_up": "A housekeeping step.",
    "Scores": "Writes into the index what all others may see; a listener, and housekeeping.",
    "MediaStates": "How far a video is that another service has shown.",
    "MediaWork": "Does jobs, each for the actor that it was queued by; no route is given it.",
    "Recognition.take": "A listener: who did it stands in the event.",
    "StorageCosts.look": "A housekeeping step.",
    "StorageCosts.write_down": "What this process has counted; nobody is shown it.",
    "WritingDown": "A thread that keeps what is counted; nobody is shown it.",
    "ServiceClient": "Asks outside services for jobs and for `Sources`; no route is given it.",
    "ServiceStore": "The table below `Sources`, which asks the policy.",
    "AnswerStore": "What services have answered; no route shows any of it.",
    "BulkActions.forget_old": "A housekeeping step.",
    "BulkActions.queue_left": "A housekeeping step.",
    "Lanes.describe": "Who works where; a command of whoever has the machine.",
    "Prices.describe": "Whether prices are known; a command of whoever has the machine.",
    "Recognition.describe": "Whether the engine works; a command of whoever has the machine.",
    "SignEngine.describe": "Whether the engine works; a command of whoever has the machine.",
    "Settling": "A part of jobs, and a housekeeping step: no route is given it.",
    "Processing.arrived": "A listener: who did it stands in the event.",
    "Processing.take": "A listener: who did it stands in the event.",
    "ScrubThread": "The loop, which comes by SYSTEM.",
    "Scrubber.is_due": "Of the loop.",
    "Scrubber.describe": "What the doctor says; a command of whoever has the machine.",
    "Scrubber.purged": "A listener: who did it stands in the event.",
    "IndexCheck": "Writes into the index what storage says.",
    "Downloads.heard": "A listener: who did it stands in the event.",
    "RowTrash": "A housekeeping step.",
    "Crediting.with_room": "Counts ids that `meant` has given.",
    "Accepting.begin_due": "A housekeeping step.",
    "PictureKeeping": "Does a job for SYSTEM, and housekeeping steps; no route is given it.",
    "FirstLooks.heard": "A listener: who did it stands in the event.",
    "FirstLooks.begin_due": "A housekeeping step.",
    "FirstLooks.forget_old": "A housekeeping step.",
    "Feedback.purged": "A listener: who did it stands in the event.",
    "SignTracks.purged": "A listener: who did it stands in the event.",
    "Watching.note": "Of a video that somebody is given.",
    "Watching.begin": "A housekeeping step.",
    "Watching.heard": "Listens to events: lets go of what is gone, and notes what was restored.",
    "Playback.open": "Reads a video that `find` or a ticket has given.",
    "Playback.pieces": "Reads a video that `find` has given.",
    "ZipDownloads.can_begin": "What it would cost, of what `find` has given.",
    "ZipDownloads.open": "Sends what `find` has given.",
    "Playback.url": "Of a video that `find` or a ticket has given.",
    "Playback.disposition": "Of a video that `find` or a ticket has given.",
    "Playback.can_bind": "What storage can do.",
    "Audit.purge": "A housekeeping step.",
    "Audit.copy": "A housekeeping step.",
    "LiveSettings.on_change": "Slices listen; the event names who changed it.",
    "LiveSettings.value": "What the house itself goes by; nobody is shown it.",
    "People.is_anybody_there": "Whether the site asks who comes at all.",
    "People.look_again": "What this process believes.",
    "Joining.look_up": "The address is the right, whoever brings it.",
    "Joining.setup_address": "Of whoever has the machine.",
    "Credentials.of_cookie": "Finds out who asks.",
    "Credentials.of_bearer": "Finds out who asks.",
    "Credentials.begin_session": "In the transaction of who signs in.",
    "Credentials.begin_family": "In the transaction of who signs in.",
    "Credentials.know_shares": "Wiring: no route is given it.",
    "Credentials.note_other_rights": "In the transaction of who gives or takes a right.",
    "Credentials.renew": "Of what the request itself came by.",
    "Credentials.forget_known": "What this process believes.",
    "Credentials.sweep": "A housekeeping step.",
    "ProviderSignIn.begin": "Leads to the provider, whoever asks.",
    "ProviderSignIn.unconfirmed": "The sealed cookie is the right, whoever brings it.",
    "ProviderSignIn.has_begun": "Of the session that the request came by.",
    "ProviderSignIn.sign_out_address": "Where the provider answers.",
    "SigningIn.step_for": "Seals who has proved the password; routes give it to them alone.",
    "SigningIn.person_of_step": "The step is the right, whoever brings it.",
    "SecondFactors.is_demanded_of": "Whether the site lets somebody go on.",
    "SecondFactors.take_code": "In the transaction of who signs in; the code is the right.",
    "SecondFactors.reseal": "A housekeeping step.",
    "Passkeys.options_to_sign_in": "For whoever comes to sign in.",
    "Passkeys.options_for": "For who has proved the password.",
    "Passkeys.owner": "In the transaction of who signs in; the answer is the right.",
    "Passkeys.take": "In the transaction of who signs in; the answer is the right.",
    "Passkeys.sweep": "A housekeeping step.",
    "Confirming.is_fresh": "Finds out who asks.",
    "Confirming.require_fresh": "Finds out who asks.",
    "Access.admit": "The ticket is the right, whoever brings it.",
}


def services() -> Iterator[type]:
    """The classes that routes can reach, of all slices."""
    for name, kind in get_type_hints(Services).items():
        if not name.startswith("_"):
            yield from _parts(kind)


def _parts(kind: type) -> Iterator[type]:
    if get_origin(kind) is Callable:
        return  # What other slices are told, and no service.
    if alternatives := get_args(kind):
        for each in alternatives:
            yield from _parts(each)
        return
    if not (is_dataclass(kind) and kind.__name__.endswith("Slice")):
        yield kind
        return
    hints = get_type_hints(kind)
    for field in fields(kind):
        yield from _parts(hints[field.name])


def methods() -> Iterator[tuple[str, inspect.Signature]]:
    """All public methods of these."""
    for kind in services():
        if kind.__name__ in EXCEPTIONS:
            continue
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{kind.__name__}.{name}", inspect.signature(method)


def test_every_public_method_takes_an_actor_or_is_an_exception_with_a_reason() -> None:
    missing = {
        name
        for name, signature in methods()
        if name not in EXCEPTIONS
        and (
            (by := signature.parameters.get("by")) is None
            or by.kind is not inspect.Parameter.KEYWORD_ONLY
            or by.default is not inspect.Parameter.empty
        )
    }
    assert missing == set()


def test_every_exception_is_still_one() -> None:
    kinds = {kind.__name__ for kind in services()}
    without = {name for name, signature in methods() if "by" not in signature.parameters}
    assert set(EXCEPTIONS) == (set(EXCEPTIONS) & kinds) | (set(EXCEPTIONS) & without)
