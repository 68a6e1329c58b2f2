"""Collections in both databases: kept, found, shared, deleted and brought back, and what is in them."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from services.accounts.people import AccountChange
from services.accounts.user import User
from services.actors.actor import ANYONE, NOBODY, SYSTEM, Actor, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.actors.policy import Visibility
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.collections import grouping as grouping_module
from services.collections.change import CollectionChange
from services.collections.collection import MemberRole, Openness, Standing, VideoCollection
from services.collections.errors import CollectionNotFoundError, InvalidCollectionError
from services.collections.store import CollectionQuery
from services.events.collections import CollectionChanged, CollectionCreated, CollectionDeleted
from services.events.envelope import Said
from services.events.listener import Listener
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from services.library.video_change import VideoChange
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.accounts import Build, an_account, as_actor
from tests.ageing import age_collection
from tests.bodies import Bytes
from tests.videos import mp4


@pytest.fixture
def services(build: Build, tmp_path: Path) -> Services:
    made = build(temp_dir=tmp_path / "scratch")
    made.platform.blob_storage().prepare()
    an_account(made, "admin")
    return made


@pytest.fixture
def person(services: Services) -> Callable[..., User]:
    """Makes an account with a role."""

    def make(name: str, role: Role = Role.USER) -> User:
        user = an_account(services, name)
        return services.accounts.people.change(user.id, AccountChange(role=role), by=SYSTEM).user

    return make


def purge(services: Services, collection: VideoCollection) -> None:
    services.collections.collections.delete(collection.id, by=SYSTEM)
    age_collection(services, collection.id, days=400)
    assert services.collections.trash.purge(lambda _: None) == 1


def upload(services: Services, by: Actor, *, visibility: Visibility = Visibility.PRIVATE) -> Video:
    begun = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=by)
    services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=begun.write)
    video = services.uploads.whole.finish([begun], by=by)[0]
    return services.library.videos.edit(video.id, VideoChange(visibility=visibility), by=by, if_match=None)


def create(services: Services, by: Actor, title: str = "Series", **said: Openness) -> VideoCollection:
    return services.collections.collections.create(CollectionChange(title=title, **said), by=by)


def now(services: Services, user: User) -> Actor:
    """The person with the rights of this moment."""
    return services.accounts.as_now(as_actor(user))


def inside(services: Services, id_: str, by: Actor) -> list[str]:
    ids = services.collections.collections.ids_of(id_, by=by)
    query = PageQuery(collection=id_, collection_ids=ids)
    return [video.id for video in services.library.videos.page(query, by=by).videos]


def titles(services: Services, by: Actor, **asked: object) -> list[str]:
    page = services.collections.collections.page(CollectionQuery(**asked), by=by)  # type: ignore[arg-type]
    return [each.title for each in page.collections]


def test_a_collection_is_kept_as_it_is_said_and_told_of(services: Services, person: Callable[..., User]) -> None:
    heard: list[Said] = []
    wants = (CollectionCreated, CollectionChanged, CollectionDeleted)
    services.platform.events.listen(Listener(name="a test", wants=wants, take=heard.append))
    mira = as_actor(person("mira"))
    made = create(services, mira, "  Größe  am Meer ")
    assert (made.title, made.owner, made.visibility) == ("Größe am Meer", mira.id, Openness.TEAM)
    assert made.standing is Standing.OWNER
    edited = services.collections.collections.edit(made.id, CollectionChange(description="Sea.\nSand."), by=mira)
    assert (edited.title, edited.description) == ("Größe am Meer", "Sea.\nSand.")
    assert services.collections.collections.get(made.id, by=mira) == edited
    services.collections.collections.delete(made.id, by=mira)
    services.platform.events.deliver()
    assert [each.type for each in heard] == ["collection.created", "collection.changed", "collection.deleted"]
    actions = [each.action for each in services.audit.entries.read(AuditQuery(), limit=3, by=SYSTEM)]
    assert actions == ["collection.deleted", "collection.changed", "collection.created"]


@pytest.mark.parametrize(
    "said", [{}, {"title": " "}, {"title": "x" * 201}, {"title": "a", "description": "x" * 10_001}]
)
def test_what_cannot_be_kept_is_refused(services: Services, said: dict[str, str]) -> None:
    with pytest.raises(InvalidCollectionError):
        services.collections.collections.create(msgspec.convert(said, type=CollectionChange), by=ANYONE)


def test_who_may_bring_nothing_in_makes_no_collections(services: Services, person: Callable[..., User]) -> None:
    with pytest.raises(ForbiddenError):
        create(services, as_actor(person("rita", Role.READONLY)))
    with pytest.raises(NotSignedInError):
        create(services, NOBODY)


def test_where_nobody_is_asked_everybody_collects(services: Services) -> None:
    made, video = create(services, ANYONE), upload(services, ANYONE)
    assert [each.status for each in services.collections.grouping.add(made.id, [video.id], by=ANYONE)] == [200]
    assert inside(services, made.id, ANYONE) == [video.id]
    assert titles(services, ANYONE, editable=True) == ["Series"]


def test_the_list_is_by_title_and_goes_on(services: Services, person: Callable[..., User]) -> None:
    mira, ugo = as_actor(person("mira")), as_actor(person("ugo"))
    for title in ("Zoo", "äpfel", "Birds of the sea"):
        create(services, mira, title)
    create(services, mira, "Hidden", visibility=Openness.PRIVATE)
    assert titles(services, ugo) == ["äpfel", "Birds of the sea", "Zoo"]
    assert titles(services, mira) == ["äpfel", "Birds of the sea", "Hidden", "Zoo"]
    assert (titles(services, ugo, q="SEA bir"), titles(services, ugo, q="hid")) == (["Birds of the sea"], [])
    assert (titles(services, ugo, editable=True), titles(services, SYSTEM, q="hid")) == ([], ["Hidden"])
    first = services.collections.collections.page(CollectionQuery(limit=2), by=ugo)
    assert first.next is not None
    assert titles(services, ugo, limit=2, after=first.next) == ["Zoo"]


def test_what_is_in_it_outlives_the_index_and_the_trash(services: Services, person: Callable[..., User]) -> None:
    mira = as_actor(person("mira"))
    made, video, other = create(services, mira), upload(services, mira), upload(services, mira)
    for _ in range(2):
        services.collections.grouping.add(made.id, [video.id], by=mira)
    etag = services.library.videos.get(video.id, by=mira).etag
    services.collections.grouping.put(video.id, [made.id], by=mira)
    assert services.library.videos.get(video.id, by=mira).etag == etag
    services.library.reconciliation.rebuild(by=SYSTEM)
    assert inside(services, made.id, mira) == [video.id]
    assert services.collections.grouping.counts([made.id, "none"], by=mira) == {made.id: 1, "none": 0}
    services.library.videos.trash(video.id, by=mira)
    assert inside(services, made.id, mira) == []
    services.library.videos.restore(video.id, by=mira)
    assert inside(services, made.id, mira) == [video.id]
    services.collections.grouping.take(made.id, video.id, by=mira)
    assert inside(services, made.id, mira) == []
    with pytest.raises(VideoNotFoundError):
        services.collections.grouping.take(made.id, other.id, by=mira)


def test_nobody_adds_what_they_may_not_change(services: Services, person: Callable[..., User]) -> None:
    mira, ugo = as_actor(person("mira")), as_actor(person("ugo"))
    made, seen = create(services, ugo), upload(services, mira, visibility=Visibility.TEAM)
    hidden, own = upload(services, mira), upload(services, ugo)
    outcomes = services.collections.grouping.add(made.id, [seen.id, hidden.id, own.id, "none.mp4"], by=ugo)
    assert [each.status for each in outcomes] == [403, 404, 200, 404]
    # Nor does the owner of a video put it into the collection of another.
    with pytest.raises(ForbiddenError):
        services.collections.grouping.add(made.id, [seen.id], by=mira)
    assert inside(services, made.id, ugo) == [own.id]
    assert inside(services, made.id, mira) == []


def test_viewers_see_what_is_in_it_and_editors_change_it(services: Services, person: Callable[..., User]) -> None:
    mira, ugo, vera = person("mira"), person("ugo"), person("vera")
    owner = as_actor(mira)
    made, video = create(services, owner, visibility=Openness.PRIVATE), upload(services, owner)
    services.collections.grouping.add(made.id, [video.id], by=owner)
    for user in (ugo, vera):
        with pytest.raises(CollectionNotFoundError):
            services.collections.collections.get(made.id, by=now(services, user))
        assert inside(services, made.id, now(services, user)) == []
    services.collections.collections.share(made.id, "UGO", MemberRole.VIEWER, by=owner)
    services.collections.collections.share(made.id, vera.id, MemberRole.EDITOR, by=owner)
    viewer, editor = now(services, ugo), now(services, vera)
    for by in (viewer, editor):
        assert inside(services, made.id, by) == [video.id]
        assert services.library.videos.get(video.id, by=by).id == video.id
    change = VideoChange(title="Another")
    with pytest.raises(ForbiddenError):
        services.library.videos.edit(video.id, change, by=viewer, if_match=None)
    with pytest.raises(ForbiddenError):
        services.collections.collections.edit(made.id, CollectionChange(title="Mine"), by=viewer)
    services.library.videos.edit(video.id, change, by=editor, if_match=None)
    services.collections.collections.edit(made.id, CollectionChange(title="Ours"), by=editor)
    for refused in (
        lambda: services.collections.collections.share(made.id, "ugo", MemberRole.EDITOR, by=editor),
        lambda: services.collections.collections.edit(made.id, CollectionChange(visibility=Openness.TEAM), by=editor),
        lambda: services.collections.collections.delete(made.id, by=editor),
    ):
        with pytest.raises(ForbiddenError):
            refused()
    # What an editor adds, the owner may change from then on.
    theirs = upload(services, editor)
    services.collections.grouping.add(made.id, [theirs.id], by=editor)
    assert services.library.videos.edit(theirs.id, change, by=now(services, mira), if_match=None).title == "Another"


def test_rights_end_with_the_membership_and_the_collection(services: Services, person: Callable[..., User]) -> None:
    mira, ugo = person("mira"), person("ugo")
    owner = as_actor(mira)
    made, video = create(services, owner), upload(services, owner)
    services.collections.grouping.add(made.id, [video.id], by=owner)
    before = services.accounts.rights()
    services.collections.collections.share(made.id, ugo.id, MemberRole.EDITOR, by=owner)
    assert services.accounts.rights() != before
    assert inside(services, made.id, now(services, ugo)) == [video.id]
    services.collections.collections.delete(made.id, by=owner)
    with pytest.raises(VideoNotFoundError):
        services.library.videos.get(video.id, by=now(services, ugo))
    assert services.library.videos.get(video.id, by=owner).id == video.id
    assert (titles(services, owner), titles(services, owner, trash=True)) == ([], ["Series"])
    services.collections.collections.restore(made.id, by=owner)
    assert inside(services, made.id, now(services, ugo)) == [video.id]
    services.collections.collections.unshare(made.id, ugo.id, by=now(services, ugo))
    with pytest.raises(VideoNotFoundError):
        services.library.videos.get(video.id, by=now(services, ugo))
    actions = [each.action for each in services.audit.entries.read(AuditQuery(), limit=50, by=SYSTEM)]
    assert {"collection.shared", "collection.unshared", "collection.restored"} <= set(actions)


def test_who_may_change_nothing_is_a_viewer_whatever_the_role(services: Services, person: Callable[..., User]) -> None:
    rita, owner = person("rita", Role.READONLY), as_actor(person("mira"))
    made, video = create(services, owner), upload(services, owner)
    services.collections.grouping.add(made.id, [video.id], by=owner)
    services.collections.collections.share(made.id, rita.id, MemberRole.EDITOR, by=owner)
    by = now(services, rita)
    assert inside(services, made.id, by) == [video.id]
    with pytest.raises(ForbiddenError):
        services.library.videos.edit(video.id, VideoChange(title="x"), by=by, if_match=None)
    with pytest.raises(ForbiddenError):
        services.collections.collections.edit(made.id, CollectionChange(title="x"), by=by)


def test_nobody_is_named_who_is_not_here(services: Services, person: Callable[..., User]) -> None:
    mira = person("mira")
    made = create(services, as_actor(mira))
    for named in ("nobody-here", mira.id):
        with pytest.raises(InvalidCollectionError):
            services.collections.collections.share(made.id, named, MemberRole.VIEWER, by=as_actor(mira))
    services.collections.collections.share(made.id, "entra-7", MemberRole.VIEWER, by=as_actor(mira))
    [(member, name)] = services.collections.collections.members(made.id, by=as_actor(mira))
    assert (member.user, name, member.role) == ("entra-7", "entra-7", MemberRole.VIEWER)


def test_what_has_been_in_the_trash_for_long_is_let_go(services: Services, person: Callable[..., User]) -> None:
    mira = as_actor(person("mira"))
    made, kept, video = create(services, mira), create(services, mira, "Kept"), upload(services, mira)
    services.collections.grouping.add(made.id, [video.id], by=mira)
    for each in (made, kept):
        services.collections.collections.delete(each.id, by=mira)
    age_collection(services, made.id, days=31)
    assert services.collections.trash.purge(lambda _: None) == 1
    assert titles(services, mira, trash=True) == ["Kept"]
    assert services.library.videos.get(video.id, by=mira).id == video.id


def test_what_is_gone_for_good_takes_no_room_among_a_videos_collections(
    services: Services, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping_module, "MOST_OF_A_VIDEO", 2)
    amina, grouping = as_actor(person("amina")), services.collections.grouping
    gone, trashed, new, more = (create(services, amina, title) for title in ("Gone", "Trashed", "New", "More"))
    video = upload(services, amina)
    for each in (gone, trashed):
        grouping.add(each.id, [video.id], by=amina)
    services.collections.collections.delete(trashed.id, by=amina)
    purge(services, gone)
    etags = [services.library.videos.stored(video.id, by=SYSTEM).etag]
    # Nothing new comes in: nothing is written.
    assert not grouping.put(video.id, [gone.id], by=amina)
    assert services.library.videos.stored(video.id, by=SYSTEM).etag == etags[0]
    [outcome] = grouping.add(new.id, [video.id], by=amina)
    assert (outcome.status, outcome.detail) == (200, None)
    stored = services.library.videos.stored(video.id, by=SYSTEM)
    assert stored.collections == (trashed.id, new.id)
    assert services.library.videos.get(video.id, by=amina).collections == stored.collections
    # What may come back keeps its room.
    [full] = grouping.add(more.id, [video.id], by=amina)
    assert (full.status, full.detail) == (400, "A video can be in at most 2 collections.")
    assert services.library.videos.stored(video.id, by=SYSTEM).collections == (trashed.id, new.id)
