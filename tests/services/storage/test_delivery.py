"""Signed URLs for players: short, and behind a CDN the same for all who ask at about the same time."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Environment, Secret, Settings
from services.assembly import build_platform
from services.storage.delivery import SIGNED_FOR, Delivery

CDN = "https://films.example.net/"


@pytest.fixture
def settings(azurite: str, tmp_path: Path) -> Settings:
    return Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"delivery-{uuid.uuid4().hex[:12]}",
        data_dir=tmp_path,
    )


def test_of_storage_itself_each_url_is_good_for_five_minutes(settings: Settings) -> None:
    delivery = Delivery(build_platform(settings).signer(), cdn_endpoint=None)
    before = datetime.now(UTC).replace(microsecond=0)
    signed = delivery.url("film.mp4", content_type="video/mp4")
    assert before + SIGNED_FOR <= signed.expires_at <= datetime.now(UTC) + SIGNED_FOR
    assert "rscc" not in parse_qs(urlsplit(signed.url).query)
    assert delivery.can_bind("192.0.2.1")


def test_behind_a_cdn_urls_are_shared_and_what_it_keeps_ends_with_them(settings: Settings) -> None:
    delivery = Delivery(build_platform(settings).signer(), cdn_endpoint=CDN)
    signed = [delivery.url("film.mp4", content_type="video/mp4") for _ in range(3)]
    # Where a new share of time has just begun, the last two are of it.
    assert len({each.url for each in signed}) <= 2
    assert len({each.url for each in signed}) == len({each.expires_at for each in signed})
    last = signed[-1]
    assert last.url.startswith("https://films.example.net/devstoreaccount1/")
    left = last.expires_at - datetime.now(UTC)
    assert timedelta(minutes=2) - timedelta(seconds=30) < left <= timedelta(minutes=4)
    assert last.expires_at.timestamp() % 120 == 0
    kept = parse_qs(urlsplit(last.url).query)["rscc"]
    assert kept == ["public, max-age=60"]
    assert left + timedelta(seconds=60) <= SIGNED_FOR
    assert (delivery.origin, delivery.can_bind("192.0.2.1")) == ("https://films.example.net", False)


def test_a_url_that_has_to_end_sooner_does(settings: Settings) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
    for cdn in (None, CDN):
        delivery = Delivery(build_platform(settings).signer(), cdn_endpoint=cdn)
        signed = delivery.url("film.mp4", until=soon, content_type="video/mp4")
        assert signed.expires_at == soon
        kept = parse_qs(urlsplit(signed.url).query).get("rscc")
        assert kept == (["private, no-store"] if cdn else None)


@pytest.mark.parametrize(
    ("later", "kept"),
    [(timedelta(seconds=30), "private, no-store"), (timedelta(minutes=10), "public, max-age=60")],
)
def test_no_copy_outlives_what_is_to_end(settings: Settings, later: timedelta, kept: str) -> None:
    """Of what ends within a minute of the shared URL's own end a copy would be left."""
    delivery = Delivery(build_platform(settings).signer(), cdn_endpoint=CDN)
    until = delivery.url("film.mp4", content_type="video/mp4").expires_at + later
    signed = delivery.url("film.mp4", until=until, content_type="video/mp4")
    assert parse_qs(urlsplit(signed.url).query)["rscc"] == [kept]
