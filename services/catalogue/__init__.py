"""An index of the videos in storage: what is listed, sorted and searched. It can be lost, and is made again."""

from services.catalogue.database import Database
from services.catalogue.pages import Page, PageQuery, Totals
from services.catalogue.repository import Catalogue, Known

__all__ = ["Catalogue", "Database", "Known", "Page", "PageQuery", "Totals"]
