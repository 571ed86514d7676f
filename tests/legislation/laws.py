"""Laws for the tests: the files of ``data`` with their counts, and a checker of “nothing dropped” that knows no parser."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.parser import parse
from deliberation.legislation.statute.structure import Law
from deliberation.legislation.statute.text_files import text_lines

DATA = Path(__file__).with_name("data")
LEVELS = ("编", "分编", "章", "节", "条", "之")


def expected() -> dict[str, list[int]]:
    """The counts of each file, or the one number of an amendment's items."""
    lines = (DATA / "counts.txt").read_text("utf-8").splitlines()
    return {name: list(map(int, counts)) for name, *counts in (line.split() for line in lines if line[0] != "#")}


def read(text: str) -> Law:
    """The law of a text."""
    return parse(text_lines(text))


def law_of(text: str) -> dict[str, Any]:
    """The law of a text as its JSON document."""
    return law_as_json(read(text))


@lru_cache
def law_in(name: str) -> dict[str, Any]:
    """The law of one of the files."""
    return law_of(text_of(name))


def text_of(name: str) -> str:
    return (DATA / name).read_text("utf-8")


def counted(law: dict[str, Any]) -> list[int]:
    counts = law["counts"]
    return [counts["修改项"]] if "修改项" in counts else [counts[level] for level in LEVELS]


def warned(law: dict[str, Any], kind: str = "") -> list[Any]:
    return [each["label"] if kind else each["kind"] for each in law["warnings"] if kind in ("", each["kind"])]


def words_of_source(text: str) -> str:
    """The source without white space, signs without width, and markup."""
    if text.startswith(("---\n", "# ")):
        text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        text = re.sub(r"<!--.*?-->|<style>.*?</style>", "", text, flags=re.DOTALL)
        text = re.sub(r"^#+ ", "", re.sub(r"<[^>]+>", "", text), flags=re.MULTILINE).replace("**", "")
        text = "\n".join(line for line in text.split("\n") if not re.fullmatch(r"[|\s:-]+", line))
        text = html.unescape(re.sub(r"^\|.*\|$", lambda row: row[0].replace("|", ""), text, flags=re.MULTILINE))
    return re.sub(r"[\s\u200b\ufeff]", "", text)


def words_of_law(law: dict[str, Any]) -> str:
    """Everything in the document, joined in the order of contracts.md. Headings come from the paths of the articles."""
    parts = [law["title"], law["source_note"], law["contents"], law["preamble"]]
    path: list[str] = []
    for article in law.get("articles", []):
        same = 0
        while same < min(len(path), len(article["path"])) and path[same] == article["path"][same]:
            same += 1
        path = article["path"]
        parts += [*path[same:], article["label"], article["heading"], article["text"]]
    for item in law.get("items", []):
        parts += [item["label"], item["text"]]
    parts.append(law["closing"])
    for annex in law["annexes"]:
        parts += [annex["label"], annex["title"], annex["text"]]
    return re.sub(r"[\s\u200b\ufeff]", "", "".join(part for part in parts if part))


def words_of_paragraphs(article: dict[str, Any]) -> str:
    """An article's words put together from its 款, 项 and 目."""
    parts = []
    for paragraph in article["paragraphs"]:
        parts.append(paragraph["text"])
        for item in paragraph["items"]:
            parts += [item["label"], item["text"]]
            parts += [part for sub in item["subitems"] for part in (sub["label"], sub["text"])]
    return "".join("".join(parts).split())
