"""The query list's counts once more, the slow and plain way, sharing no code with the pipeline.

Whole files in memory, characters one by one, innermost brackets first until none is left.
"""

import bz2
import html
import math
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

DROPPED_TAGS = [
    "ce",
    "chem",
    "gallery",
    "graph",
    "hiero",
    "imagemap",
    "indicator",
    "mapframe",
    "maplink",
    "math",
    "ref",
    "score",
    "source",
    "style",
    "syntaxhighlight",
    "templatedata",
    "templatestyles",
    "timeline",
]
BREAKING_TAGS = ["br", "hr", "p", "div", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6"]
ENGLISH = [
    "category",
    "draft",
    "file",
    "help",
    "image",
    "media",
    "mediawiki",
    "module",
    "portal",
    "special",
    "talk",
    "template",
    "timedtext",
    "user",
    "wikipedia",
]
ALONE = ("CJK UNIFIED", "HIRAGANA LETTER", "THAI CHARACTER")  # scripts without spaces


def read_articles(path: Path) -> list[tuple[str, str]]:
    """Returns title and plain text of every article of a whole dump."""
    root = ElementTree.fromstring(bz2.decompress(path.read_bytes()))
    space = root.tag.removesuffix("mediawiki")
    own = [e.text for e in root.iter(f"{space}namespace") if e.text]
    names = {name.lower() for name in own} | set(ENGLISH)
    return [
        (
            page.findtext(f"{space}title"),
            strip(page.find(f"{space}revision/{space}text").text, names),
        )
        for page in root.iter(f"{space}page")
        if page.findtext(f"{space}ns") == "0" and page.find(f"{space}redirect") is None
    ]


def strip(text: str, namespaces: set[str]) -> str:
    while "<!--" in text:
        start = text.index("<!--")
        end = text.find("-->", start)
        text = text[:start] + (text[end + 3 :] if end >= 0 else "")
    for tag in DROPPED_TAGS:
        text = re.sub(rf"(?i)<{tag}(?![a-z0-9_])[^<>]*/>", "", text)
    for tag in DROPPED_TAGS:
        text = re.sub(rf"(?is)<{tag}(?![a-z0-9_])[^<>]*>.*?</{tag}\s*>", " ", text)
    for tag in BREAKING_TAGS:
        text = re.sub(rf"(?i)<{tag}(?![a-z0-9_])[^<>]*>", "\n", text)
    text = re.sub(r"(?i)</?[a-z][^<>]*>", "", text)
    text = re.sub(r"(?m)^[ \t:*#]*\{\|", "\x01", text)
    text = re.sub(r"(?m)^[ \t]*\|\}(?!\})", "\x02", text)
    text = (
        text.replace("{{", "\x03").replace("}}", "\x04").replace("[[", "\x05").replace("]]", "\x06")
    )
    before = None
    while before != text:
        before = text
        text = re.sub("\x01[^\x01-\x06]*\x02", "", text)
        text = re.sub("\x03[^\x01-\x06]*\x04", "", text)
        text = re.sub("\x05([^\x01-\x06]*)\x06", lambda m: label(m[1], namespaces), text)
    text = text.replace("\x01", "{|").replace("\x03", "{{").replace("\x05", "[[")
    text = re.sub("[\x02\x04\x06]", "", text)
    text = re.sub(r"(?i)\[(?:https?:|ftp:|mailto:)?//[^\s\[\]]*[ \t]*([^\[\]\n]*)\]", r"\1", text)
    text = re.sub(r"(?i)\b(?:https?|ftp)://[^\s<>\[\]|]+", " ", text)
    return html.unescape(re.sub(r"__[A-Z]+__", "", re.sub("''+", "", text)))


def label(link: str, namespaces: set[str]) -> str:
    parts = link.split("|")
    target = parts[0]
    if ":" in target and target.split(":")[0].strip().lower() in namespaces:
        return ""
    if len(parts) > 1:
        return "|".join(parts[1:])
    target = target.strip()
    return (target[1:] if target.startswith(":") else target).split("#")[0]


def parts_of(text: str) -> list[list[str]]:
    """Returns the lower-cased words of each part of a text, character by character."""
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'").casefold()
    parts: list[list[str]] = [[]]
    word = ""
    for at, character in enumerate(text):
        after = text[at + 1 : at + 2]
        is_letter = character.isalnum()
        is_mark = unicodedata.category(character).startswith("M") and word
        in_word = word and after and character == "'" and after.isalpha()
        in_number = word and character in ".," and word[-1].isdecimal() and after.isdecimal()
        is_alone = unicodedata.name(character, "").startswith(ALONE) and is_letter
        if word and (is_alone or (is_letter and unicodedata.name(word[0]).startswith(ALONE))):
            parts[-1].append(word)
            word = ""
        if is_letter or is_mark or in_word or in_number:
            word += character
            continue
        if word:
            parts[-1].append(word)
            word = ""
        if not (character in "-'" or (character.isspace() and character != "\n")) and not (
            unicodedata.category(character).startswith("M")
        ):
            parts.append([])
    if word:
        parts[-1].append(word)
    return [part for part in parts if part]


def count(articles: list[tuple[str, str]]) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    words: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for _, text in articles:
        for part in parts_of(text):
            for at, word in enumerate(part):
                words[word] = words.get(word, 0) + 1
                if at:
                    pair = (part[at - 1], word)
                    pairs[pair] = pairs.get(pair, 0) + 1
    return words, pairs


def npmi(together: int, first: int, second: int, total: int) -> float:
    p, p1, p2 = together / total, first / total, second / total
    return math.log(p / (p1 * p2)) / -math.log(p)
