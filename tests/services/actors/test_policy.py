"""Who may do what: the table of the policy, as it stands."""

from dataclasses import dataclass, replace

import pytest

from services.actors.actor import ANYONE, NOBODY, SYSTEM, Actor, ActorKind, LinkKind, LinkRight, Role, Scope
from services.actors.errors import ForbiddenError, HeldError, NotSignedInError
from services.actors.policy import Act, Visibility, may, require
from services.errors import NotFoundError


@dataclass(frozen=True)
class Film:
    visibility: Visibility
    owner: str = "them"
    id: str = "film"
    collections: tuple[str, ...] = ("series",)
    is_held: bool = False


OWN, PRIVATE = Film(Visibility.PRIVATE, owner="me"), Film(Visibility.PRIVATE)
TEAM, PUBLIC = Film(Visibility.TEAM), Film(Visibility.PUBLIC)
PEOPLE = {
    "nobody": NOBODY,
    "link": Actor(
        kind=ActorKind.LINK, id="l1", name="a link", link=LinkRight(kind=LinkKind.VIEW, videos=frozenset({"film"}))
    ),
    "inbox": Actor(kind=ActorKind.LINK, id="l2", name="an inbox", link=LinkRight(kind=LinkKind.INBOX)),
    **{role.value: Actor(kind=ActorKind.PERSON, id="me", name="me", role=role) for role in Role},
    "viewer": Actor(kind=ActorKind.PERSON, id="me", name="me", role=Role.READONLY, views=frozenset({"series"})),
    "editor": Actor(kind=ActorKind.PERSON, id="me", name="me", role=Role.USER, edits=frozenset({"series"})),
}
EVERYBODY = set(PEOPLE)
STAFF = {"MANAGER", "ADMIN"}
WRITERS = {"USER", "editor", *STAFF}
READERS = {"READONLY", "viewer", *WRITERS}

TABLE: list[tuple[Act, Film | None, set[str]]] = [
    (Act.SEE, PUBLIC, EVERYBODY - {"inbox"}),
    (Act.SEE, TEAM, READERS | {"link"}),
    (Act.SEE, PRIVATE, STAFF | {"link", "viewer", "editor"}),
    (Act.SEE, OWN, WRITERS | {"link", "viewer"}),
    (Act.DOWNLOAD, PUBLIC, EVERYBODY - {"inbox", "link"}),
    (Act.DOWNLOAD, TEAM, READERS),
    (Act.EDIT, PUBLIC, STAFF | {"editor"}),
    (Act.EDIT, TEAM, STAFF | {"editor"}),
    (Act.EDIT, PRIVATE, STAFF | {"editor"}),
    (Act.EDIT, OWN, WRITERS),
    (Act.DELETE, TEAM, STAFF | {"editor"}),
    (Act.DELETE, OWN, WRITERS),
    (Act.COMMENT, PUBLIC, READERS),
    (Act.COMMENT, PRIVATE, STAFF | {"viewer", "editor"}),
    (Act.LIST, None, READERS),
    (Act.UPLOAD, None, WRITERS | {"inbox"}),
    (Act.UPLOAD_FOR_OTHERS, None, STAFF),
    (Act.READ_SOURCES, None, READERS),
    (Act.COLLECT, None, WRITERS),
    (Act.IMPORT, None, WRITERS),
    (Act.CHANGE_SOURCES, None, STAFF),
    (Act.MANAGE, None, STAFF),
    (Act.READ_AUDIT, None, STAFF),
    (Act.ADMINISTER, None, {"ADMIN"}),
    (Act.MANAGE_ONESELF, None, READERS),
]


@pytest.mark.parametrize(("act", "film", "who"), TABLE)
def test_the_table(act: Act, film: Film | None, who: set[str]) -> None:
    assert {name for name, actor in PEOPLE.items() if may(actor, act, film)} == who


def test_every_act_is_in_the_table() -> None:
    assert {act for act, _, _ in TABLE} == set(Act)


@pytest.mark.parametrize("name", [*sorted(PEOPLE), "system", "anyone"])
def test_nobody_at_all_deletes_what_is_held(name: str) -> None:
    actor = {"system": SYSTEM, "anyone": ANYONE}.get(name) or PEOPLE[name]
    held = replace(OWN, is_held=True)
    assert not may(actor, Act.DELETE, held)
    assert may(actor, Act.EDIT, held) == may(actor, Act.EDIT, OWN)
    with pytest.raises(HeldError if may(actor, Act.EDIT, OWN) else (ForbiddenError, NotSignedInError, NotFoundError)):
        require(actor, Act.DELETE, held)


@pytest.mark.parametrize("actor", [SYSTEM, ANYONE], ids=["system", "anyone"])
@pytest.mark.parametrize(("act", "film"), [(act, film) for act, film, _ in TABLE])
def test_reelgate_itself_and_whoever_is_at_a_desk_may_do_everything(actor: Actor, act: Act, film: Film | None) -> None:
    assert may(actor, act, film)


@pytest.mark.parametrize(
    ("scopes", "acts"),
    [
        ({Scope.READ}, {Act.SEE, Act.DOWNLOAD, Act.LIST, Act.READ_SOURCES}),
        ({Scope.ADMIN}, set(Act)),
        (set(), set()),
    ],
)
def test_a_token_may_do_no_more_than_its_scopes_say(scopes: set[Scope], acts: set[Act]) -> None:
    token = Actor(kind=ActorKind.TOKEN, id="me", name="a script", role=Role.ADMIN, scopes=frozenset(scopes))
    assert {act for act in Act if may(token, act, PUBLIC)} == acts


def test_a_token_that_writes_cannot_administer() -> None:
    token = Actor(kind=ActorKind.TOKEN, id="me", name="a script", role=Role.ADMIN, scopes=frozenset({Scope.WRITE}))
    refused = {Act.MANAGE, Act.READ_AUDIT, Act.ADMINISTER, Act.MANAGE_ONESELF}
    assert {act for act in Act if not may(token, act, PUBLIC)} == refused


@pytest.mark.parametrize(
    ("who", "act", "film", "error"),
    [
        ("nobody", Act.LIST, None, NotSignedInError),
        ("nobody", Act.SEE, PRIVATE, NotSignedInError),
        ("nobody", Act.EDIT, PUBLIC, NotSignedInError),
        ("READONLY", Act.EDIT, TEAM, ForbiddenError),
        ("USER", Act.EDIT, PRIVATE, NotFoundError),
        ("USER", Act.SEE, PRIVATE, NotFoundError),
        ("link", Act.EDIT, PRIVATE, ForbiddenError),
        ("inbox", Act.SEE, PUBLIC, NotFoundError),
        ("USER", Act.ADMINISTER, None, ForbiddenError),
    ],
)
def test_what_an_actor_is_told(who: str, act: Act, film: Film | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        require(PEOPLE[who], act, film)
