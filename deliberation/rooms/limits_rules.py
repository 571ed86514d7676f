"""How long and how often people speak, and whose numbers these are. Pure.

The presets are domain.md 2.6; a number that stands in none of them is a local setting and is shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.vocabulary import _

TURN_SECONDS = 120
TURNS_EACH = 2
WARN_SECONDS = 30
EXTENSION_SECONDS = 60
INTERJECTION_SECONDS, INTERJECTIONS_EACH = 30, 2
POINT_SECONDS, POINTS_EACH = 60, 2
SOURCE = _("罗伯特议事规则的乡村简化版（十二条）")
LOCAL = _("本地设置")


@dataclass(frozen=True)
class Limits:
    """Seconds of the first turn and of each later one (0: as the first), turns each, and seconds for everything that
    one person says (0: whatever the turns come to).
    """

    turn_seconds: int = TURN_SECONDS
    turns_each: int = TURNS_EACH
    again_seconds: int = 0
    person_seconds: int = 0

    @property
    def later_seconds(self) -> int:
        return self.again_seconds or self.turn_seconds

    def seconds_of(self, number: int) -> int:
        """How long the ``number``-th turn of a person lasts, from 1."""
        return self.turn_seconds if number <= 1 else self.later_seconds

    @property
    def preset(self) -> Preset | None:
        """The published rule that these numbers are."""
        own = (self.turn_seconds, self.turns_each, self.later_seconds, self.person_seconds)
        for each in PRESETS:
            known = each.limits
            if own == (known.turn_seconds, known.turns_each, known.later_seconds, known.person_seconds):
                return each
        return None

    @property
    def source(self) -> str:
        """Where these numbers are written; numbers written nowhere are a local setting."""
        return self.preset.source if self.preset else LOCAL


@dataclass(frozen=True)
class Preset:
    """Numbers that are in use somewhere, and the rule that says them."""

    word: str
    title: str
    limits: Limits
    source: str


PRESETS: tuple[Preset, ...] = (
    Preset("village", _("居民议事：每次2分钟，最多2次"), Limits(120, 2), SOURCE),
    Preset("hearing", _("听证：陈述5分钟，再答辩2分钟"), Limits(300, 2, 120), LOCAL),
    Preset(
        "congress",
        _("代表大会全体会议：第一次10分钟，第二次5分钟"),
        Limits(600, 2, 300),
        _("全国人民代表大会议事规则第五十七条"),
    ),
    Preset(
        "standing",
        _("常委会分组会议：第一次15分钟，第二次10分钟"),
        Limits(900, 2, 600),
        _("全国人民代表大会常务委员会议事规则第四十四条"),
    ),
)


def preset(word: str) -> Preset | None:
    return next((each for each in PRESETS if each.word == word), None)
