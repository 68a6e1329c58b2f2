"""What a list shows is what each of its videos would be shown by itself."""

import itertools

import pytest

from services.actors.actor import ANYONE, NOBODY, SYSTEM, Actor, ActorKind, Role, Scope
from services.actors.errors import ForbiddenError, NotSignedInError
from services.actors.policy import Act, Seen, Visibility, may, may_continue, owner_of_new, scope
from tests.services.actors.test_policy import PEOPLE, Film

FILMS = [
    Film(visibility, owner=owner, collections=collections)
    for visibility in Visibility
    for owner in ("me", "them", "system")
    for collections in ((), ("series",), ("other",), ("other", "series"))
]


def shows(seen: Seen, film: Film) -> bool:
    return (
        seen.all
        or (seen.not_private and film.visibility is not Visibility.PRIVATE)
        or seen.owner == film.owner
        or not seen.collections.isdisjoint(film.collections)
    )


@pytest.mark.parametrize("act", [Act.SEE, Act.EDIT])
@pytest.mark.parametrize("who", [name for name, by in PEOPLE.items() if by.role is not None])
def test_the_scope_says_what_the_policy_says_of_each(who: str, act: Act) -> None:
    by = PEOPLE[who]
    seen = scope(by, act)
    for film in FILMS:
        assert shows(seen, film) == may(by, act, film), film


@pytest.mark.parametrize("scopes", [frozenset(each) for n in range(3) for each in itertools.combinations(Scope, n)])
def test_a_token_lists_no_more_than_it_may_see(scopes: frozenset[Scope]) -> None:
    token = Actor(kind=ActorKind.TOKEN, id="me", name="me", role=Role.USER, scopes=scopes)
    if not scopes:
        with pytest.raises(ForbiddenError):
            scope(token)
        return
    for act, film in itertools.product((Act.SEE, Act.EDIT), FILMS):
        assert shows(scope(token, act), film) == may(token, act, film)


def test_who_may_ask_for_no_list_is_told_so() -> None:
    with pytest.raises(NotSignedInError):
        scope(NOBODY)
    for who in ("link", "inbox"):
        with pytest.raises(ForbiddenError):
            scope(PEOPLE[who])


def test_what_somebody_brings_in_is_theirs_and_nobodys_in_particular_is_the_systems() -> None:
    assert owner_of_new(PEOPLE["USER"]) == "me"
    assert owner_of_new(ANYONE) == owner_of_new(SYSTEM) == "system"


def test_an_upload_goes_on_by_who_began_it_or_who_sees_to_others() -> None:
    who = {name for name, by in PEOPLE.items() if may_continue(by, "them")}
    assert who == {"MANAGER", "ADMIN"}
    assert {name for name, by in PEOPLE.items() if may_continue(by, "me")} == {*who, "USER", "editor"}
    assert may_continue(ANYONE, "them")
    assert may_continue(PEOPLE["inbox"], PEOPLE["inbox"].id)
