"""Uploads that survive broken connections, killed processes and changes of instance. See docs/resumable.md."""

from services.uploads.resumable.messages import Creation, Patch, UploadStatus
from services.uploads.resumable.service import Resumable

__all__ = ["Creation", "Patch", "Resumable", "UploadStatus"]
