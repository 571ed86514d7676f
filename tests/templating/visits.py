"""A visit as the templates see it: only what they may ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader

from deliberation.refusal import Refusal
from deliberation.templating import environment

NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
PATTERNS = Path(__file__).with_name("templates")


@dataclass
class Named:
    name: str
    id: int = 1


@dataclass
class Visit:
    person: Named | None = field(default_factory=lambda: Named("吴桂兰"))
    locale: str = "zh-Hans"
    theme: str = "system"
    text_size: str = "normal"
    token: str = "t0k"
    path: str = "/matters/7"
    community: Named | None = field(default_factory=lambda: Named("桂花园社区"))
    banners: list[dict[str, Any]] = field(default_factory=list)
    is_htmx: bool = False
    errors: dict[str, Refusal] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    def typed(self, name: str, default: Any = "") -> Any:
        return default

    def texts(self, name: str) -> list[str]:
        return []

    def new_key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"


def pattern_page(visit: Visit) -> str:
    """One page with every macro on it."""
    env = environment(visit.locale)
    env = env.overlay(loader=ChoiceLoader([FileSystemLoader(PATTERNS), env.loader]))
    no = Refusal("截止前不公布，以免影响还没有投票的人。", source="本地设置")
    late = Refusal("方案第{n}版已经冻结。", {"n": 3}, remedy="要改，须重新公告15日。", late=True)
    visit.errors = {"title": Refusal("题目不能空着。"), "choice": Refusal("请选一项。")}
    return env.get_template("pattern.html").render(
        visit=visit,
        no=no,
        late=late,
        today=date(2026, 11, 24),
        closes=date(2026, 11, 30),
        now=NOW,
        until=NOW + timedelta(seconds=74),
    )
