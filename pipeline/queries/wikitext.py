"""Wikitext to plain text: what a reader sees as prose, and nothing else.

Templates, tables, references, files and categories go; links leave their label. mwparserfromhell
builds a tree for it, which takes 15 times as long (docs/queries.md); we need no tree.
Grammar: https://www.mediawiki.org/wiki/Help:Formatting.
"""

import html
import re
from collections.abc import Collection

# Their content is no prose: https://www.mediawiki.org/wiki/Parser_extension_tags.
_DROPPED = (
    "ce|chem|gallery|graph|hiero|imagemap|indicator|mapframe|maplink|math|ref|score|source|style"
    "|syntaxhighlight|templatedata|templatestyles|timeline"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_EMPTY_TAG = re.compile(rf"<(?:{_DROPPED})\b[^<>]*/>", re.IGNORECASE)
_DROPPED_TAG = re.compile(rf"<({_DROPPED})\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|hr|p|div|li|td|th|tr|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
# A table's ends count at a line's begin alone: `{{a|}}` ends a template, not a table.
_BRACKETS = re.compile(r"\{\{|\}\}|\[\[|\]\]|(?m:^[ \t:*#]*\{\|)|(?m:^[ \t]*\|\}(?!\}))")
_EXTERNAL = re.compile(
    r"\[(?:https?:|ftp:|mailto:)?//[^\s\[\]]*[ \t]*([^\[\]\n]*)\]", re.IGNORECASE
)
_URL = re.compile(r"\b(?:https?|ftp)://[^\s<>\[\]|]+", re.IGNORECASE)
_QUOTES = re.compile(r"'{2,}")
_HEADING = re.compile(r"(?m)^=+[ \t]*(.*?)[ \t]*=+[ \t]*$")
_LIST = re.compile(r"(?m)^[*#:;]+[ \t]*|^-{4,}")
_SWITCH = re.compile(r"__[A-Z]+__")
_CLOSERS = {"}}": "{{", "]]": "[[", "|}": "{|"}

# Names that every wiki knows beside its own; a dump's header holds its own.
NAMESPACES = frozenset(
    {"category", "draft", "file", "help", "image", "media", "mediawiki", "module", "portal"}
    | {"special", "talk", "template", "timedtext", "user", "wikipedia"}
)


def plain_text(wikitext: str, namespaces: Collection[str] = NAMESPACES) -> str:
    """Returns the prose of a page, its paragraphs on lines of their own.

    Args:
        wikitext: Source of a page.
        namespaces: Names in lower case whose links leave no text, such as `file`.
    """
    text = _COMMENT.sub("", wikitext)
    if "<" in text:
        text = _DROPPED_TAG.sub(" ", _EMPTY_TAG.sub("", text))
        text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _resolve(text, namespaces)
    text = _URL.sub(" ", _EXTERNAL.sub(r"\1", text))
    text = _HEADING.sub(r"\1", _LIST.sub("", _SWITCH.sub("", _QUOTES.sub("", text))))
    return html.unescape(text)


def _resolve(text: str, namespaces: Collection[str]) -> str:
    """Returns `text` without templates and tables, its links by their labels.

    What is open at the end, or closes what is not open, stays as a reader would see it.
    """
    stack: list[tuple[str, list[str]]] = [("", [])]
    last = 0
    for found in _BRACKETS.finditer(text):
        token = found[0].lstrip(" \t:*#")
        stack[-1][1].append(text[last : found.start()])
        last = found.end()
        if token not in _CLOSERS:
            stack.append((token, []))
            continue
        opener = _CLOSERS[token]
        if not any(kind == opener for kind, _ in stack):
            continue
        while (top := stack.pop())[0] != opener:
            stack[-1][1].extend((top[0], *top[1]))
        if opener == "[[":
            stack[-1][1].append(_label("".join(top[1]), namespaces))
    stack[-1][1].append(text[last:])
    return "".join(part for kind, parts in stack for part in (kind, *parts))


def _label(link: str, namespaces: Collection[str]) -> str:
    target, bar, label = link.partition("|")
    prefix, colon, _ = target.partition(":")
    if colon and prefix.strip().lower() in namespaces:
        return ""
    return label if bar else target.strip().removeprefix(":").partition("#")[0]
