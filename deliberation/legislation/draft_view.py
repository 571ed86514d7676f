"""A draft as its pages show it: the outline with what is said on it, and one part of the text at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlmodel import Session, col, select

from deliberation.legislation.anchor_rules import places
from deliberation.legislation.draft_models import DraftArticle, DraftVersion, articles_of
from deliberation.legislation.draft_rules import is_below_chapter
from deliberation.matters.search import normal

MOST_LISTED = 60
"""Articles of a part that the outline names one by one."""
MOST_FOUND = 100
AROUND = 24
"""Characters of a find that are shown before and behind the words."""


@dataclass(frozen=True)
class Row:
    """An article in the outline and the strip: everything but its text."""

    key: str
    label: str
    heading: str
    section: int
    path: tuple[str, ...]
    opinions: int


@dataclass
class Node:
    """A heading of the outline with the articles beneath it that are listed; ``first`` is the article to go to."""

    words: str
    depth: int
    section: int
    first: str
    opinions: int = 0
    is_here: bool = False
    articles: list[Row] = field(default_factory=list)
    above: Node | None = None

    @property
    def is_listed(self) -> bool:
        """The outermost ones always, 章 within the same 编 as the part that is shown, 节 within that part."""
        return self.above is None or self.is_here or (self.above.is_here and not is_below_chapter(self.words))


@dataclass(frozen=True)
class Line:
    """A line of an article: its words, the part of the article that it begins (``p2``, 第二款), how deep it stands."""

    words: str
    id: str
    label: str
    depth: int


@dataclass(frozen=True)
class Shown:
    """An article on the page, with the headings that open before it as (depth, words)."""

    article: DraftArticle
    opens: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]


def rows_of(session: Session, version: DraftVersion) -> list[Row]:
    found = select(
        DraftArticle.key, DraftArticle.label, DraftArticle.heading, DraftArticle.section, DraftArticle.path,
        DraftArticle.opinions,
    ).where(DraftArticle.version_id == version.id, DraftArticle.reading == version.reading)  # fmt: skip
    rows = session.exec(found.order_by(col(DraftArticle.position)))
    return [Row(key, label, heading, section, _path(path), said) for key, label, heading, section, path, said in rows]


def _path(path: str) -> tuple[str, ...]:
    return tuple(path.split("\n")) if path else ()


def outline_of(rows: Sequence[Row], here: int) -> list[Node]:
    """The headings with their sums of opinions; of a text in parts the inner ones only where the part that is shown lies.

    The articles of that part are named too, unless they are too many.
    """
    return [node for node in _nodes(rows, here) if node.is_listed]


def _nodes(rows: Sequence[Row], here: int) -> list[Node]:
    nodes: list[Node] = []
    open_nodes: list[Node] = []
    lists = sum(row.section == here for row in rows) <= MOST_LISTED
    last: tuple[str, ...] = ()
    for row in rows:
        kept = _common(last, row.path)
        open_nodes = open_nodes[:kept]
        for depth, words in enumerate(row.path[kept:], kept):
            above = open_nodes[0] if open_nodes else None
            open_nodes.append(Node(words, depth, row.section, row.key, above=above))
            nodes.append(open_nodes[-1])
        for node in open_nodes:
            node.opinions += row.opinions
            node.is_here = node.is_here or row.section == here
        if open_nodes and row.section == here and lists:
            open_nodes[-1].articles.append(row)
        last = row.path
    return nodes


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def text_of_part(session: Session, version: DraftVersion, section: int | None) -> list[Shown]:
    """The articles of one part (None: of all) with the headings between them; the part's first article names all of its headings."""
    return list(_shown(articles_of(session, version, section=section)))


def _shown(articles: Iterable[DraftArticle]) -> Iterator[Shown]:
    last: tuple[str, ...] = ()
    for one in articles:
        path = _path(one.path)
        kept = _common(last, path)
        yield Shown(one, tuple(enumerate(path[kept:], kept)), lines_of(one))
        last = path


def shown_alone(article: DraftArticle) -> Shown:
    return next(_shown([article]))


def lines_of(article: DraftArticle) -> tuple[Line, ...]:
    """The lines of an article; the parts that begin with them are those that an opinion can name."""
    parts = {part.start: part for part in reversed(places(article.text))}
    made, start = [], 0
    for words in article.text.split("\n"):
        part = parts.get(start)
        depth = part.key.count(".") if part else 0
        made.append(Line(words, f"a{article.key}-{part.key}" if part else "", part.label if part else "", depth))
        start += len(words) + 1
    return tuple(made)


def heat(opinions: int, most: int) -> int:
    """0 for none, 1 to 5 by the share of what the most talked-of article has."""
    return 0 if not opinions else max(1, -(-5 * opinions // max(most, 1)))


# --- finding words


@dataclass(frozen=True)
class Find:
    """An article in which the words stand: what stands before, the words, what stands behind."""

    row: Row
    before: str
    words: str
    after: str


def found_in(session: Session, version: DraftVersion, asked: str) -> list[Find]:
    """Articles in which every word stands, by any part of it, in either script; most at a time."""
    patterns = [normal(part) for part in asked.split()[:8]]
    patterns = [part for part in patterns if part]
    if not patterns:
        return []
    found = select(DraftArticle).where(
        DraftArticle.version_id == version.id,
        DraftArticle.reading == version.reading,
        *(col(DraftArticle.search).contains(part, autoescape=True) for part in patterns),
    )
    articles = session.exec(found.order_by(col(DraftArticle.position)).limit(MOST_FOUND)).all()
    return [_find(one, asked.split()) for one in articles]


def _find(one: DraftArticle, asked: Sequence[str]) -> Find:
    row = Row(one.key, one.label, one.heading, one.section, _path(one.path), one.opinions)
    text = one.text.replace("\n", " ")
    at, words = next(((text.find(word), word) for word in asked if word in text), (0, ""))
    start, end = max(0, at - AROUND), at + len(words) + AROUND
    before = ("…" if start else "") + text[start:at]
    return Find(row, before, words, text[at + len(words) : end] + ("…" if end < len(text) else ""))


# --- addresses


def url_of(draft_id: int, version: DraftVersion, newest: DraftVersion, path: str = "", **query: object) -> str:
    """An address of a draft: the newest version is meant where none is named."""
    said = {name: str(value) for name, value in query.items() if value not in ("", None)}
    if version.number != newest.number:
        said = {"version": str(version.number)} | said
    return f"/drafts/{draft_id}{path}" + (f"?{urlencode(said)}" if said else "")
