"""Uploads that survive broken connections, killed processes and changes of instance. See docs/resumable.md."""

from services.resumable.service import Creation, Patch, Resumable, UploadStatus

__all__ = ["Creation", "Patch", "Resumable", "UploadStatus"]
