"""What the minutes say of a gauge: its counts once they were released, marks and hands kept apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Show:
    """One gauge. ``counts`` is empty where nobody released them or too few marked; ``hands`` where none were counted."""

    question: str
    counts: tuple[tuple[str, int], ...] = ()
    hands: tuple[tuple[str, int], ...] = ()
    marked: int = 0
    is_released: bool = True


def line_of(show: Show) -> str:
    """One paragraph."""
    if not show.is_released:
        return f"{show.question}　{show.marked}人作答，主持人没有公布结果。"
    counts = _counted(show.counts) if show.counts else "不到3人作答，不列合计" if show.marked else "无人作答"
    told = f"{counts}；共{sum(count for _, count in show.counts)}人作答。" if show.counts else f"{counts}。"
    raised = f"现场举手（记录员清点）：{_counted(show.hands)}。" if show.hands else ""
    return f"{show.question}　{told}{raised}"


def _counted(counts: tuple[tuple[str, int], ...]) -> str:
    return "，".join(f"{option}{'分' if option.isdigit() else ''}{count}人" for option, count in counts)
