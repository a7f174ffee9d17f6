"""Our robots.txt verdicts beside plain protego's, on real files: every changed one with its reason.

`python -m benchmarks.robots_diff FOLDER...` prints the table of docs/robots.md.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from protego import Protego

from pipeline.web.robots_rules import parse_robots

SITE = "http://site.example"
# Ours, everybody's, Common Crawl's, one that lists of AI robots name, and one with a version.
ROBOTS = ("webimagetext", "anyrobot", "CCBot", "img2dataset", "FooBot/1.2")
PATHS = ("/", "/index.html", "/images/a.jpg", "/a%20b?c=d&e=/f", "/wp-content/uploads/1/x.png")

_OURS = "ours"
_SLASHLESS = re.compile(r"^(\s*disallow[ \t]*:[ \t]*)(?=[^\s/*#])", re.IGNORECASE | re.MULTILINE)
_PATH = re.compile(r"^\s*(?:dis)?allow[ \t]*:[ \t]*([^#\s]+)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NAME = re.compile(r"^(\s*user[- ]?agent[ \t]*:[ \t]*)([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A verdict that differs.

    Attributes:
        allows: What we say; protego says the opposite.
        reason: Which of its holes protego closes to say the same, or `other`.
    """

    file: str
    robot: str
    url: str
    allows: bool
    reason: str


def find_changes(body: bytes, name: str) -> Iterator[Change | None]:
    """Yields a change, or None for an equal verdict, for every robot and URL."""
    text = body.decode("utf-8", "replace")
    plain = Protego.parse(text)
    for robot in (*ROBOTS, *robots_of(text)):
        token = robot.partition("/")[0]
        ours = parse_robots(body, token)
        for url in urls_of(_as_meant(body)):
            allows = ours.allows(url)
            if allows == plain.can_fetch(url, robot):
                yield None
            else:
                reason = _reason(body, token, url, allows)
                yield Change(file=name, robot=robot, url=url, allows=allows, reason=reason)


def robots_of(text: str) -> list[str]:
    """Returns robots that the file names first and last, and such whose names begin with theirs."""
    found = (_TOKEN.match(value) for _, value in _NAME.findall(text))
    names = list(dict.fromkeys(name[0] for name in found if name))
    return [
        robot for name in dict.fromkeys(names[:1] + names[-1:]) for robot in (name, f"{name}er")
    ]


def _as_meant(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def urls_of(text: str) -> list[str]:
    """Returns URLs for the probe: fixed ones, and each rule's path as it is and with more."""
    paths = dict.fromkeys(PATHS)
    for pattern in _PATH.findall(text):
        path = pattern.rstrip("$").replace("*", "x")
        for tried in (path, f"{path}x", f"{path}/x.jpg", path.rstrip("/")):
            paths[tried if tried.startswith("/") else f"/{tried}"] = None
    return [SITE + path for path in paths]


def _reason(body: bytes, token: str, url: str, allows: bool) -> str:
    """Returns what must be mended for protego to say `allows`."""
    fits = (
        reason
        for reason, parsed, robot in _mended(body, token)
        if parsed.can_fetch(url, robot) == allows
    )
    return next(fits, "other")


@lru_cache(maxsize=1)
def _mended(body: bytes, token: str) -> list[tuple[str, Protego, str]]:
    """Returns protego on the file with one more thing mended each time."""
    bom = body.decode("utf-8-sig", "replace")
    named = _NAME.sub(lambda found: found[1] + _name(found[2], token), bom)
    slashed = _SLASHLESS.sub(r"\1/", named)
    latin_1 = _SLASHLESS.sub(
        r"\1/", _NAME.sub(lambda found: found[1] + _name(found[2], token), _as_meant(body))
    )
    return [
        ("byte order mark", Protego.parse(bom), token),
        ("whole product token", Protego.parse(named), _OURS),
        ("a path without its slash", Protego.parse(slashed), _OURS),
        ("a file that is not UTF-8", Protego.parse(latin_1), _OURS),
    ]


def _name(value: str, token: str) -> str:
    if re.match(r"\*(\s|$)", value):
        return "*"
    found = re.match(r"[A-Za-z0-9_.-]*", value)
    return _OURS if found and found[0].lower() == token.lower() else "others"


def main() -> None:
    """Prints counts by reason and direction, and the files that they are from."""
    parser = argparse.ArgumentParser(prog="benchmarks.robots_diff", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="print every change")
    arguments = parser.parse_args()
    files = [file for folder in arguments.folders for file in sorted(folder.iterdir())]
    verdicts, changes = 0, []
    for file in files:
        for change in find_changes(file.read_bytes(), file.name):
            verdicts += 1
            changes += [change] if change else []
    if arguments.all:
        for change in changes:
            print(change)
    print(f"{len(files)} files, {verdicts} verdicts, {len(changes)} changed\n")
    print("| reason | now refused | now allowed | files |\n|---|---|---|---|")
    counts = Counter((change.reason, change.allows) for change in changes)
    for reason in dict.fromkeys(change.reason for change in changes):
        names = {change.file for change in changes if change.reason == reason}
        print(f"| {reason} | {counts[reason, False]} | {counts[reason, True]} | {len(names)} |")


if __name__ == "__main__":
    main()
