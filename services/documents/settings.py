"""Settings of documents."""

from dataclasses import dataclass

from utils.setting_values import setting, whole
from utils.sizes import MIB


@dataclass(frozen=True, kw_only=True)
class DocumentSettings:
    """How large what is given along with a film may be."""

    document_max_mb: int = setting(100, whole(1, 4096), "The largest document beside a film, in MiB.")

    @property
    def max_document_bytes(self) -> int:
        """The same in bytes."""
        return self.document_max_mb * MIB
