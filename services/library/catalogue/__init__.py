"""An index of the videos in storage: what is listed, sorted and searched. It can be lost, and is made again."""

from services.library.catalogue.pages import Page, PageQuery, Totals
from services.library.catalogue.repository import Catalogue, IndexedVersion

__all__ = ["Catalogue", "IndexedVersion", "Page", "PageQuery", "Totals"]
