"""Rows as people have them in their databases, for each revision: a migration is tried with them in it.

Whoever adds a revision adds its rows here. They are written at that revision, and go through all later ones.
"""

from typing import Any

from sqlalchemy import create_engine

from services.database import schema
from services.database.dump import durable_tables
from services.database.migrations import run
from tests.services.database.artist_samples import ARTISTS
from tests.services.database.bulk_samples import BULK
from tests.services.database.later_samples import LATER

_JOB = {
    "id": "5f2b", "key": "a1", "kind": "poster", "recipe": 1, "video": "film.mp4", "arguments": '{"at":1.5}',
    "state": "running", "lane": "quick", "priority": 0, "run_at": 1_764_000_000_000, "attempts": 2,
    "attempts_allowed": 4, "lease_until": 1_764_000_030_000, "worker": "desk-1", "progress": 0.25, "error": "Größe?",
    "results": None, "created_at": 1_764_000_000_000, "started_at": 1_764_000_000_500, "finished_at": None,
    "by_id": "system", "by_name": "Reelgate", "published_at": None,
}  # fmt: skip

_SIGNED_IN: dict[str, Any] = {
    "user_id": "u1",
    "created_at": 1,
    "seen_at": 1,
    "expires_at": 2,
    "address": "192.0.2.1",
    "device": "a browser",
}

SAMPLES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "notes_1": {"reelgate_notes": [{"name": "counter", "value": "7"}, {"name": "größe", "value": "-1"}]},
    "jobs_1": {
        "reelgate_jobs": [
            _JOB,
            _JOB
            | {"id": "0c41", "key": "b2", "state": "done", "results": '[{"id":"1"}]', "finished_at": 1_764_000_001_000},
        ]
    },
    "events_1": {
        "reelgate_outbox": [
            {
                "number": 3,
                "event_id": "2f1c7c9e-6d0a-4c58-9d7c-0d4f6a1f0f11",
                "listener": "audit",
                "type": "user.logout",
                "message": (
                    '{"id":"2f1c7c9e-6d0a-4c58-9d7c-0d4f6a1f0f11","at":"2026-11-20T10:15:12.345Z",'
                    '"actor":{"kind":"person","id":"u1","name":"Amina"},"type":"user.logout","subject":"u1",'
                    '"data":{"user_id":"u1"}}'
                ),
                "said_at": 1795083312345,
                "due_at": 1795083312345,
                "attempts": 2,
            }
        ]
    },
    "updates_1": {
        "reelgate_feed": [
            {
                "number": 5,
                "event_id": "0b9b4a52-1b1c-4a35-8e0c-6a0c2f8f0a17",
                "type": "video.processing.started",
                "message": (
                    '{"id":"0b9b4a52-1b1c-4a35-8e0c-6a0c2f8f0a17","at":"2026-11-20T10:15:12.345Z",'
                    '"actor":{"kind":"system","id":"system","name":"Reelgate"},"type":"video.processing.started",'
                    '"subject":"film.mp4","data":{"video_id":"film.mp4","kind":"poster","job_id":"5f2b"}}'
                ),
                "kept_at": 1795083312345,
            }
        ]
    },
    "audit_1": {
        "reelgate_audit_entries": [
            {
                "id": 1,
                "at": 1_795_600_000_000,
                "actor_kind": "person",
                "actor_id": "u1",
                "actor_name": "Mira Okafor",
                "action": "user.login",
                "target_kind": None,
                "target_id": None,
                "outcome": "done",
                "address": "192.0.2.1",
                "request_id": None,
                "details": '{"reason":"größe"}',
            }
        ]
    },
    "live_settings_1": {
        "reelgate_live_settings": [
            {"key": "registration", "value": '"open"', "changed_by": "mira", "changed_at": 1_795_600_000_000}
        ]
    },
    "accounts_1": {
        "reelgate_users": [
            {
                "id": "u1",
                "username": "Mira",
                "username_key": "mira",
                "email": None,
                "email_key": None,
                "password": "$2b$12$…",
                "role": "ADMIN",
                "activated_at": 1,
                "deactivated_at": None,
                "preferences": "{}",
                "authorized_modules": None,
                "module_preferences": "{}",
                "created_at": 1,
                "last_seen_at": None,
            }
        ],
        "reelgate_one_time_addresses": [
            {"token_hash": "a" * 64, "purpose": "reset", "user_id": "u1", "created_at": 1, "expires_at": 2}
        ],
        "reelgate_sessions": [_SIGNED_IN | {"id": "s1", "token_hash": "b" * 64}],
        "reelgate_token_families": [_SIGNED_IN | {"id": "f1"}],
        "reelgate_refresh_tokens": [{"token_hash": "c" * 64, "family_id": "f1", "expires_at": 2, "spent_at": None}],
        "reelgate_personal_tokens": [
            {
                "id": "t1",
                "token_hash": "d" * 64,
                "user_id": "u1",
                "name": "backup",
                "scopes": '["videos:read"]',
                "created_at": 1,
                "expires_at": None,
                "last_used_at": None,
            }
        ],
        "reelgate_sign_in_tries": [
            {"subject": "account:u1", "count": 2, "began_at": 1, "locked_until": None, "locks": 0}
        ],
    },
    "factors_1": {
        "reelgate_totp": [
            {"user_id": "u1", "secret": "gAAAAA…", "created_at": 1, "confirmed_at": 2, "last_step": 58_800_000}
        ],
        "reelgate_recovery_codes": [{"code_hash": "e" * 64, "user_id": "u1", "created_at": 1}],
        "reelgate_passkeys": [
            {
                "id": "p1",
                "credential_id": "AAECAw",
                "user_id": "u1",
                "name": "Schlüssel",
                "host": "reelgate.example",
                "public_key": "AAAA",
                "counter": 4_294_967_295,
                "created_at": 1,
                "last_used_at": None,
            }
        ],
        "reelgate_spent_challenges": [{"challenge_hash": "f" * 64, "expires_at": 2}],
    },
    "oidc_1": {
        "reelgate_identities": [
            {
                "id": "i1",
                "issuer": "https://login.example/v2.0",
                "subject": "größe|1",
                "user_id": "u1",
                "email": "mira@harbour.example",
                "role": "ADMIN",
                "created_at": 1,
                "last_used_at": None,
            }
        ],
        "reelgate_finished_sign_ins": [{"state_hash": "e" * 64, "expires_at": 2}],
    },
    "jobs_2": {
        "reelgate_jobs": [
            _JOB | {"id": "9d1e", "key": "c3", "changed_at": 1_764_000_000_500, "silences": 3},
        ]
    },
    "device_1": {
        "reelgate_device_codes": [
            {
                "device_hash": "f" * 64,
                "user_code_hash": "0" * 64,
                "client": "Küchenradio",
                "scopes": '["videos:read"]',
                "address": "192.0.2.1",
                "device": "curl/8.5",
                "created_at": 1,
                "expires_at": 2,
                "pause": 5,
                "asked_at": None,
                "answer": "approved",
                "user_id": "u1",
            }
        ]
    },
    "sign_tracks_1": {
        "reelgate_sign_tracks": [
            {
                "film": "größe/film.mp4",
                "language": "gsg-AT",
                "video": "signs.mp4",
                "offset_seconds": -1.5,
                "kind": "avatar",
                "origin": "edited",
                "version": "5f2b",
                "written_at": 1_764_000_000_000,
            }
        ]
    },
    "feedback_1": {
        "reelgate_feedback": [
            {
                "video": "größe/film.mp4",
                "person": "u1",
                "about": "captions",
                "rating": 4,
                "words": "„Gut“",
                "given_at": 1_764_000_000_000,
            }
        ]
    },
    "rules_1": {
        "reelgate_watched": [{"video": "größe/film.mp4", "watched_at": 1_795_600_000_000}],
        "reelgate_rules": [
            {"name": "all", "rules": '{"rules":[]}', "changed_by": "Mira", "changed_at": 1_795_600_000_000}
        ],
    },
    "costs_1": {
        "reelgate_prices": [
            {"name": "westeurope EUR LRS", "list": '{"region":"westeurope"}', "fetched_at": 1_795_600_000_000}
        ]
    },
    "scrub_1": {
        "reelgate_scrub": [
            {
                "name": "pass",
                "began_at": 1_764_000_000_000,
                "ended_at": None,
                "reached": "größe/film.mp4",
                "right": 3,
                "filled": 1,
                "damaged": 1,
                "archived": 0,
                "skipped": 2,
                "size": 5_000_000_000,
            }
        ],
        "reelgate_damaged": [
            {"video": "größe/film.mp4", "found_at": 1_764_000_000_000, "expected": "aa", "found": "bb"}
        ],
    },
    "costs_2": {
        "reelgate_storage_use": [
            {
                "month": "2026-11",
                "tier": "hot",
                "owner": "größe",
                "videos": 3,
                "size": 5_000_000_000_000,
                "writes": 12,
                "reads": 7,
                "read_bytes": 9_000_000_000,
            }
        ]
    },
    "captions_2": {
        "reelgate_captions": [
            {
                "video": "größe/film.mp4",
                "language": "de",
                "kind": "captions",
                "label": "",
                "origin": "uploaded",
                "etag": "0x8DD0A1B2C3D4E60",
                "written_at": 1_795_600_000_000,
                "judgement": '{"warnings":2,"end":61400}',
                "judged_by": "1 42/2/20",
                "judged_etag": "0x8DD0A1B2C3D4E60",
            }
        ]
    },
    "migration_1": {
        "reelgate_migrations": [
            {
                "id": "9c1f",
                "kind": "folder",
                "place": "/srv/größe",
                "secret": None,
                "batch_size": 10,
                "owner": "u1",
                "job": "5f2b",
                "asked_at": 1_795_600_000_000,
            }
        ],
        "reelgate_migrated_files": [
            {
                "id": "ab12",
                "migration": "9c1f",
                "path": "größe/film.mp4",
                "size": 5_000_000_000,
                "version": "5000000000-1795600000000000001",
                "sha256": None,
                "draft": '{"name":"film.mp4","metadata":{}}',
                "video": "film.mp4",
                "state": "taken",
                "detail": None,
                "seen_at": 1_795_600_000_000,
                "taken_at": 1_795_600_000_500,
            }
        ],
    },
    "artists_1": ARTISTS,
    "captions_1": {
        "reelgate_captions": [
            {
                "video": "film.mp4",
                "language": "pt-BR",
                "kind": "captions",
                "label": "Größe",
                "origin": "edited",
                "etag": "0x8DD0A1B2C3D4E5F",
                "written_at": 1_795_600_000_000,
            }
        ]
    },
    "sources_1": {
        "reelgate_sources": [
            {
                "name": "feed:größe.example",
                "next_at": 1_795_600_000_000,
                "rests_until": 0,
                "away_until": 1_795_600_030_000,
                "failures": 5,
                "asked": 5_000_000_000,
                "failed": 5,
                "hour": 498_777,
                "asked_in_hour": 5,
                "answered_at": None,
                "failed_at": 1_795_600_000_000,
                "last_error": "größe.example answered 500.",
            }
        ],
        "reelgate_source_answers": [
            {"key": "9f86d081", "body": '{"title":"Größe"}', "good_until": 1_795_600_900_000},
        ],
    },
}

SAMPLES |= LATER | {"bulk_1": BULK}


def rows_of(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all durable tables."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: [
                dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
            ]
            for table in durable_tables(connection).sorted_tables
        }
    engine.dispose()
    return rows


def write_samples(url: str, revision: str) -> None:
    """Write the rows of that revision into a database that has it now."""
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = durable_tables(connection)
        for name, rows in SAMPLES[revision].items():
            connection.execute(tables.tables[name].insert(), rows)
    engine.dispose()


def filled(url: str) -> str:
    """A database of the newest revision with the rows of all; returns its URL."""
    for revision in schema.revisions():
        run.upgrade(url, target=revision)
        write_samples(url, revision)
    return url
