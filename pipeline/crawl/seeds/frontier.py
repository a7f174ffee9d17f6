"""The URLs of one crawler and what became of them, in an SQLite file that survives a SIGKILL.

A site's URLs are taken in the order in which they were added. Nothing is committed but by
`commit`, which the crawler calls when the archive has on disk what the rows speak of.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.crawl.seeds.archive_writer import ArchiveState
from pipeline.crawl.seeds.entries import (
    RESULT_NAMES,
    Entry,
    HostState,
    Kind,
    Result,
    Standing,
    State,
    What,
    key_of,
    to_result,
)
from pipeline.crawl.seeds.scope import LeftOut, host_of
from pipeline.crawl.seeds.seeds import Site
from schemas.errors import RunError, UserError

LOCK_WAIT_S = 30.0  # an orphan of a killed run may need some seconds to notice

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archives (name TEXT PRIMARY KEY, size INTEGER, is_closed INTEGER);
CREATE TABLE IF NOT EXISTS sites (name TEXT PRIMARY KEY, is_done INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (
  host TEXT PRIMARY KEY, site TEXT, added INTEGER DEFAULT 0, failures INTEGER DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hosts_of_site ON hosts (site);
CREATE TABLE IF NOT EXISTS urls (
  id INTEGER PRIMARY KEY, key BLOB UNIQUE, site TEXT, url TEXT, host TEXT, depth INTEGER,
  kind INTEGER, hops INTEGER, state INTEGER, what TEXT, outcome TEXT, detail TEXT,
  target TEXT, etag TEXT, modified TEXT, digest TEXT, canonical TEXT, date TEXT, record_id TEXT,
  file TEXT, offset INTEGER, length INTEGER
);
CREATE INDEX IF NOT EXISTS waiting ON urls (site, id) WHERE state = 0;
CREATE INDEX IF NOT EXISTS payloads ON urls (site, digest) WHERE digest IS NOT NULL;
CREATE INDEX IF NOT EXISTS canonicals ON urls (site, canonical) WHERE canonical IS NOT NULL;
"""


_SETTLE = (
    f"UPDATE urls SET state = 1, {', '.join(f'{n} = :{n}' for n in RESULT_NAMES)} WHERE id = :id"
)


class Frontier:
    """One crawler's file.

    Raises:
        UserError: Another process has it open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None)
        try:
            # One process at a time; the archive beside the file has no lock of its own.
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            self._db.close()
            raise UserError(f"{path}: another crawl has it open; wait for it, or end it") from error
        self._db.execute("COMMIT")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Forgets what was not committed, and leaves one file that can be read anywhere."""
        self._db.rollback()
        self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()

    def commit(self, archives: Sequence[ArchiveState] = ()) -> None:
        """Makes all changes last, and the sizes of the archives with them."""
        self._db.executemany(
            "INSERT INTO archives VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET size = excluded.size, is_closed = excluded.is_closed",
            [(a.name, a.size, a.is_closed) for a in archives],
        )
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def archives(self) -> list[ArchiveState]:
        """Returns the archives of the last commit, in their order."""
        rows = self._db.execute("SELECT name, size, is_closed FROM archives ORDER BY name")
        return [ArchiveState(name=n, size=s, is_closed=bool(c)) for n, s, c in rows]

    def fact(self, name: str) -> str | None:
        """Returns a fact of the whole crawl."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Notes a fact of the whole crawl."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def claim(self, fingerprint: str) -> None:
        """Raises `RunError` if the file belongs to a crawl of other options or seeds."""
        held = self.fact("fingerprint")
        if held is None:
            self.set_fact("fingerprint", fingerprint)
        elif held != fingerprint:
            raise RunError(f"{self._path}: a crawl of other seeds or options: choose another --out")

    def add_site(self, site: Site) -> bool:
        """Returns whether the site is still to be crawled."""
        self._db.execute("INSERT OR IGNORE INTO sites (name) VALUES (?)", (site.name,))
        row = self._db.execute("SELECT is_done FROM sites WHERE name = ?", (site.name,))
        return not row.fetchone()[0]

    def finish_site(self, name: str) -> None:
        """Notes that nothing of the site is left to do."""
        self._db.execute("UPDATE sites SET is_done = 1 WHERE name = ?", (name,))

    def hosts(self, site: str) -> list[HostState]:
        """Returns the hosts of a site that were let in."""
        rows = self._db.execute("SELECT host, added, failures FROM hosts WHERE site = ?", (site,))
        return [
            HostState(host=host, added=added, failures=failures) for host, added, failures in rows
        ]

    def save_host(self, site: str, state: HostState) -> None:
        """Notes a host's state."""
        self._db.execute(
            "INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?)",
            (state.host, site, state.added, state.failures),
        )

    def standing(self, url: str) -> Standing | LeftOut:
        """Returns whether a URL is new or was let in, or why it was left out."""
        row = self._db.execute(
            "SELECT state, what FROM urls WHERE key = ?", (key_of(url),)
        ).fetchone()
        if row is None:
            return Standing.NEW
        return LeftOut(row[1]) if row[0] == State.LEFT else Standing.LET_IN

    def add(self, site: str, url: str, *, depth: int, kind: Kind, hops: int = 0) -> None:
        """Adds a URL behind all others of its site, one that was left out anew."""
        self._insert(site, url, (depth, kind, hops, State.WAITING, None))

    def leave(self, site: str, url: str, why: LeftOut, depth: int) -> None:
        """Adds a URL that is not fetched."""
        self._insert(site, url, (depth, Kind.PAGE, 0, State.LEFT, why))

    def leave_entry(self, entry: Entry, why: LeftOut) -> None:
        """Leaves out a URL that waited."""
        self._db.execute(
            "UPDATE urls SET state = ?, what = ? WHERE id = ?", (State.LEFT, why, entry.id)
        )

    def waiting(self, site: str, after: int, limit: int) -> list[Entry]:
        """Returns the next URLs of a site that wait, behind the id `after`."""
        rows = self._db.execute(
            "SELECT id, url, depth, kind, hops FROM urls"
            " WHERE state = 0 AND site = ? AND id > ? ORDER BY id LIMIT ?",
            (site, after, limit),
        )
        return [Entry(id=i, url=u, depth=d, kind=Kind(k), hops=h) for i, u, d, k, h in rows]

    def settle(self, entry: Entry, result: Result) -> None:
        """Notes what became of a URL."""
        values = {name: getattr(result, name) for name in RESULT_NAMES}
        self._db.execute(_SETTLE, {**values, "id": entry.id})

    def result(self, url: str) -> Result | None:
        """Returns what became of a URL; None if it waits, was left out or never added."""
        return self._result("key = ? AND state = 1", (key_of(url),))

    def same_payload(self, site: str, digest: str) -> list[tuple[str, Result]]:
        """Returns the stored pages of a site that have this payload, with their URLs."""
        rows = self._db.execute(
            f"SELECT url, {', '.join(RESULT_NAMES)} FROM urls"
            " WHERE site = ? AND digest = ? AND what IN (?, ?, ?) ORDER BY id",
            (site, digest, What.PAGE, What.NOT_MODIFIED, What.COPY),
        )
        return [(row[0], to_result(row[1:])) for row in rows]

    def has_canonical(self, site: str, url: str) -> bool:
        """Whether a page that calls itself `url` is stored."""
        row = self._db.execute(
            "SELECT 1 FROM urls WHERE site = ? AND canonical = ? LIMIT 1", (site, url)
        )
        return row.fetchone() is not None

    def repeated(self, site: str) -> Iterator[str]:
        """Yields the URLs of a site that had the payload of another."""
        rows = self._db.execute(
            "SELECT url FROM urls WHERE site = ? AND what IN (?, ?)",
            (site, What.SAME_PAYLOAD, What.COPY),
        )
        return (row[0] for row in rows)

    def num_sitemaps(self, site: str) -> int:
        """Returns how many sitemaps of a site were let in."""
        row = self._db.execute(
            "SELECT count(*) FROM urls WHERE site = ? AND kind = ?", (site, Kind.SITEMAP)
        )
        return int(row.fetchone()[0])

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yields URL and payload digest of every page that is stored."""
        yield from self._db.execute(
            "SELECT url, digest FROM urls WHERE what IN (?, ?, ?)",
            (What.PAGE, What.COPY, What.NOT_MODIFIED),
        )

    def dropped(self) -> Iterator[tuple[str, str, str]]:
        """Yields URL, outcome and detail of all that was refused or failed, in their order."""
        yield from self._db.execute(
            "SELECT url, outcome, coalesce(detail, '') FROM urls WHERE outcome IS NOT NULL"
            " ORDER BY site, id"
        )

    def left_out(self) -> Iterator[tuple[str, LeftOut, int]]:
        """Yields host, reason and number of the URLs that were left out."""
        rows = self._db.execute(
            "SELECT host, what, count(*) FROM urls WHERE state = 2 GROUP BY host, what"
            " ORDER BY host, what"
        )
        for host, why, count in rows:
            yield host, LeftOut(why), count

    def counts(self) -> dict[str, int]:
        """Returns how many URLs turned out to be what."""
        rows = self._db.execute(
            "SELECT what, count(*) FROM urls WHERE state = 1 GROUP BY what ORDER BY what"
        )
        return dict(rows.fetchall())

    def _insert(self, site: str, url: str, values: tuple[object, ...]) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO urls (key, site, url, host, depth, kind, hops, state, what)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key_of(url), site, url, host_of(url), *values),
        )

    def _result(self, where: str, values: tuple[object, ...]) -> Result | None:
        row = self._db.execute(
            f"SELECT {', '.join(RESULT_NAMES)} FROM urls WHERE {where}", values
        ).fetchone()
        return to_result(row) if row else None
