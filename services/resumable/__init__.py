"""Uploads that survive broken connections, killed processes and changes of instance. See docs/resumable.md."""

from services.resumable.messages import Creation, Patch, UploadStatus
from services.resumable.service import Resumable

__all__ = ["Creation", "Patch", "Resumable", "UploadStatus"]
