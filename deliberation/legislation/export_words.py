"""What a file says of itself: which edition, how many rows, what was left out and why. Chinese, as its columns are."""

from __future__ import annotations

from deliberation.legislation.export_rows import Table, Withheld
from deliberation.legislation.export_rules import EDITIONS


def remarks(table: Table, left: Withheld) -> tuple[str, ...]:
    """Sentences for the head of a paper, or a sheet of its own; the same numbers as on the page."""
    said = [
        f"{table.title}　意见建议汇总表　{EDITIONS[table.edition]}",
        f"一共收到{left.given}条，本表{left.rows}条。",
    ]
    if left.withdrawn:
        said.append(f"{left.withdrawn}条已由本人撤回，没有列入。")
    if left.waiting:
        said.append(f"{left.waiting}条还没有看过，没有列入公开版。")
    if left.kept:
        said.append(f"{left.kept}条作者没有同意公开或者没有公开，没有列入公开版。")
    if table.is_public:
        said.append("姓名只写同意公开的，联系方式和采集人一律不写。")
    return tuple(said)
