"""The pages of collections, and what other pages say of them, by plain forms."""

from flask.testing import FlaskClient

from tests.routes.artists.test_pages import send, shown
from tests.routes.artists.test_videos_of_artists import upload
from tests.routes.collections.test_collections_api import add, collect, of


def test_a_collection_is_made_changed_deleted_and_brought_back(client: FlaskClient) -> None:
    assert "No collections yet" in shown(client, "/collections")
    answer = send(client, "/collections", action="add", title="First <b>")
    assert answer.status_code == 303
    assert "First &lt;b&gt;" in client.get(answer.location).text
    for path in ("/collections", "/collections?q=firs", answer.location):
        assert "First <b>" in shown(client, path)
    assert "Nothing was found" in shown(client, "/collections?q=none")
    assert "needs a title" in send(client, "/collections", action="add", title=" ").text
    fields = {"title": "Second", "description": "One.\nTwo.", "visibility": "private"}
    assert send(client, answer.location, action="edit", **fields).status_code == 303
    page = shown(client, answer.location)
    assert ("Second" in page, "One.\nTwo." in page, "Only members see it" in page) == (True, True, True)
    refused = send(client, answer.location, action="edit", title=" ")
    assert ("needs a title" in refused.text, '<details class="leaf" open' in refused.text) == (True, True)
    gone = send(client, answer.location, action="delete")
    assert "Its videos stay" in shown(client, gone.location)
    shown(client, answer.location, 404)
    assert "Second" in shown(client, "/collections?trash=true")
    id_ = answer.location.rpartition("/")[2]
    assert send(client, "/collections", action="restore", id=id_).location == answer.location
    for path in ("/collections", answer.location):
        assert send(client, path, action="none").status_code in {200, 400}
    shown(client, "/collections/none", 404)


def test_a_long_list_goes_on(client: FlaskClient) -> None:
    for title in ("a", "b", "c"):
        add(client, f"Series {title}")
    page = shown(client, "/collections?limit=2&q=series")
    assert 'rel="next"' in page
    following = page.split('rel="next" href="')[1].split('"')[0]
    assert ("Series c" in shown(client, following), "Series a" in shown(client, following)) == (True, False)


def test_a_video_is_put_in_and_taken_out_on_both_pages(client: FlaskClient) -> None:
    video = upload(client)
    watch = f"/videos/{video}"
    assert "Make a collection" in shown(client, watch)
    made = add(client, "Series")["id"]
    assert f'<option value="{made}"' in shown(client, watch)
    form = f"/collections/videos/{video}"
    assert send(client, form, action="add", collection=made).location == f"{watch}#collections"
    page = shown(client, watch)
    assert (f"/collections/{made}" in page, f'<option value="{made}"' in page) == (True, False)
    assert watch in shown(client, f"/collections/{made}")
    assert of(client, made) == [video]
    assert send(client, form, action="take", collection=made).status_code == 303
    assert of(client, made) == []
    send(client, form, action="add", collection=made)
    assert send(client, f"/collections/{made}", action="take", video=video).status_code == 303
    assert of(client, made) == []
    assert send(client, form, action="add", collection="none").status_code == 404
    assert send(client, form, action="put", collection=made).status_code == 400


def test_it_is_shared_by_name_and_no_longer(client: FlaskClient) -> None:
    page = f"/collections/{add(client)['id']}"
    answer = send(client, page, action="share", user="nobody", role="viewer")
    assert ("no such account" in answer.text, 'value="nobody"' in answer.text) == (True, True)
    assert send(client, page, action="share", user="entra-1", role="editor").status_code == 303
    assert "entra-1" in shown(client, page)
    assert "one of" in send(client, page, action="share", user="entra-1", role="owner").text
    assert send(client, page, action="unshare", user="entra-1").status_code == 303
    assert "entra-1" not in shown(client, page)


def test_the_library_is_narrowed_by_a_collection(client: FlaskClient) -> None:
    made, videos = add(client, "Series <b>")["id"], [upload(client, f"{n}.mp4") for n in range(2)]
    collect(client, made, videos[0])
    page = shown(client, f"/?collection={made}")
    assert (f"/videos/{videos[0]}" in page, f"/videos/{videos[1]}" in page) == (True, False)
    assert "Series <b>: show all" in page
    assert f'name="collection" value="{made}"' in page
    assert f"/videos/{videos[0]}" not in shown(client, "/?collection=none")


def test_many_are_put_in_and_taken_out(client: FlaskClient) -> None:
    made, videos = add(client)["id"], [upload(client, f"{n}.mp4") for n in range(2)]
    asked = {"action": "collection", "ids": [*videos, "none.mp4"], "value": made}
    answer = client.post("/api/bulk", json=asked)
    assert [each["status"] for each in answer.get_json()["results"]] == [200, 200, 404]
    assert set(of(client, made)) == set(videos)
    assert client.post("/api/bulk/preview", json={"query": {"collection": made}}).get_json()["videos"] == 2
    assert client.post("/api/bulk/preview", json={"query": {"collection": "none"}}).get_json()["videos"] == 0
    for value in (None, [], "none", [made, "none"]):
        refused = client.post("/api/bulk", json={"action": "collection", "ids": videos, "value": value})
        assert refused.get_json()["errors"][0]["field"] == "value", value
    choose = send(client, "/bulk/choose", all="true", collection=made).text
    assert 'name="collection_to"' in choose
    assert send(client, "/bulk", action="uncollection", id=videos[:1], collection_to=made).status_code == 303
    assert of(client, made) == videos[1:]
    taken = client.post("/api/bulk", json={"action": "uncollection", "query": {"collection": made}, "value": [made]})
    assert ([each["status"] for each in taken.get_json()["results"]], of(client, made)) == ([200], [])


def test_collections_are_found_by_the_search(client: FlaskClient) -> None:
    made = add(client, "Birds of the sea", description="What flies.")
    for words in ("sea bir", "flies"):
        answer = client.get("/api/search", query_string={"q": words, "kind": "collections"})
        [group] = answer.get_json()["groups"]
        [found] = group["results"]
        assert (found["id"], found["title"], found["excerpt"]) == (made["id"], "Birds of the sea", "What flies.")
        assert found["url"] == f"/collections/{made['id']}"
    assert "Birds of the sea" in shown(client, "/search?q=birds")
    assert client.get("/api/search?q=---&kind=collections").get_json()["groups"][0]["results"] == []
