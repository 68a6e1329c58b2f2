"""Why the catalogue has a table of words: the same searches with SQLite's own full-text engine (FTS5) instead.

`python -m benchmarks.search_engines`: the newest 50 of 100,000 videos that match, in milliseconds, without the app
around it.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.library import LARGE, invented
from services.database.engine import Connections
from services.library.catalogue import Catalogue, PageQuery
from utils.search_words import searchable

_QUESTIONS = ["film", "holi", "garden7", "night river", "film city12", "zebra"]
_FTS = (
    "SELECT v.id FROM fts JOIN videos v ON v.number = fts.rowid WHERE fts MATCH ? "
    "ORDER BY v.uploaded_at DESC, v.id DESC LIMIT 51"
)


def main() -> None:
    """Print the table, in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Connections(f"sqlite:///{folder}/words.sqlite3"))
        fts = sqlite3.connect(Path(folder, "fts.sqlite3"))
        _fill(catalogue, fts)
        print("| search | table of words | FTS5 |\n| --- | ---: | ---: |")
        for question in _QUESTIONS:
            expression = " AND ".join(f'"{word}"*' for word in question.split())
            own, other = [], []
            for _ in range(20):
                own.append(_milliseconds(partial(catalogue.page, PageQuery(q=question))))
                other.append(_milliseconds(partial(_search, fts, expression)))
            print(f"| `{question}` | {statistics.median(own):.1f} | {statistics.median(other):.1f} |")
        fts.close()
        catalogue.close()


def _fill(catalogue: Catalogue, fts: sqlite3.Connection) -> None:
    fts.execute("CREATE TABLE videos (number INTEGER PRIMARY KEY, id TEXT, uploaded_at INTEGER)")
    fts.execute("CREATE INDEX by_time ON videos (uploaded_at, id)")
    fts.execute("CREATE VIRTUAL TABLE fts USING fts5 (words, content='', prefix='1 2 3 4')")
    for start in range(0, LARGE, 5000):
        batch = [invented(number) for number in range(start, start + 5000)]
        catalogue.put_all(batch)
        for number, video in enumerate(batch, start):
            fts.execute("INSERT INTO videos VALUES (?, ?, ?)", (number, video.id, video.uploaded_at.timestamp()))
            text = " ".join(searchable(video.title, video.original_name, *video.tags))
            fts.execute("INSERT INTO fts (rowid, words) VALUES (?, ?)", (number, text))
    fts.commit()


def _search(fts: sqlite3.Connection, expression: str) -> object:
    return fts.execute(_FTS, (expression,)).fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
