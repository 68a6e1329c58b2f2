"""What requests do that nothing else writes down: changes of uploads and jobs, and every refusal."""

from http import HTTPStatus

from flask import Flask, Response, g, request

from routes.http.wiring import services
from services.audit.entry import AuditOutcome, AuditTarget

NOTED = {
    "resumable.create": "upload.begun",
    "resumable.terminate": "upload.ended",
    "direct.generate_upload_url": "upload.begun",
    "direct.renew_upload_url": "upload.renewed",
    "direct.cancel_upload": "upload.ended",
    "access.access_url": "video.link-made",
    "access.revoke_access_urls": "video.links-revoked",
    "media.process": "video.process-asked",
    "recognition.generate_captions": "video.process-asked",
    "caption_pages.generate": "video.process-asked",
    "sign_engine.generate_track": "video.process-asked",
    "sign_engine_pages.generate": "video.process-asked",
    "clips.make_clip": "video.clip-asked",
    "clips.make_clips": "video.clip-asked",
    "clips.make_supercut": "video.clip-asked",
    "clip_pages.make": "video.clip-asked",
    "tiers.rehydrate": "video.return-asked",
    "tier_pages.bring_back": "video.return-asked",
    "posters.choose_poster": "video.poster-chosen",
    "posters.forget_poster": "video.poster-forgotten",
    "transcripts.put_chapters": "video.chapters-changed",
    "documents.add_document": "video.document-added",
    "documents.delete_document": "video.document-deleted",
    "document_pages.change": "video.documents-changed",
    "migration.migrate_clips": "migration.asked",
    "migration_pages.begin": "migration.asked",
    "discovery.discover": "artist.discovery-asked",
    "sources.test_source": "source.tested",
    "source_pages.try_one": "source.tested",
    "imports.begin_import": "import.asked",
    "imports.cancel_import": "import.cancelled",
    "imports.retry_import": "import.retried",
    "import_pages.begin": "import.asked",
    "import_pages.cancel": "import.cancelled",
    "import_pages.retry": "import.retried",
    "bulk.begin": "bulk.asked",
    "bulk.undo": "bulk.undo-asked",
    "bulk_pages.begin": "bulk.asked",
    "bulk_pages.undo": "bulk.undo-asked",
    "jobs.cancel_job": "job.cancelled",
    "jobs.retry_job": "job.retried",
    "job_pages.cancel": "job.cancelled",
    "job_pages.retry": "job.retried",
}
"""What is written down of the requests of these endpoints that were not refused."""
REFUSED = "request.refused"

_TARGETS = {
    "video_id": "video",
    "upload_id": "upload",
    "job_id": "job",
    "import_id": "import",
    "bulk_id": "bulk",
    "user_id": "user",
    "session_id": "session",
    "token_id": "token",
    "key": "setting",
}
_LONGEST_PATH = 500


def register_noting(app: Flask) -> None:
    """Write it down once a request has been answered, as far as it is known who has sent it."""

    def note(response: Response) -> Response:
        by = g.get("actor")
        action = NOTED.get(request.endpoint or "")
        if by is None or request.method == "OPTIONS":
            return response
        entries = services().audit.entries
        if response.status_code == HTTPStatus.FORBIDDEN:
            details = {"method": request.method, "path": request.path[:_LONGEST_PATH]}
            entries.note(REFUSED, target=_target(), outcome=AuditOutcome.REFUSED, details=details, by=by)
        elif action is not None and response.status_code < HTTPStatus.BAD_REQUEST:
            entries.note(action, target=_target(), by=by)
        return response

    app.after_request(note)


def _target() -> AuditTarget | None:
    for name, value in (request.view_args or {}).items():
        if name in _TARGETS:
            return AuditTarget(kind=_TARGETS[name], id=str(value)[:_LONGEST_PATH])
    return None
