"""A law's structure for somebody at a terminal: counts, outline, warnings. Pure."""

from __future__ import annotations

from deliberation.legislation.statute.structure import AMENDMENT, LEVELS, Instruction, Law


def law_in_words(law: Law) -> str:
    """A few lines: what it is, how many of each, the headings with their articles, what to look at."""
    counts = "  ".join(f"{name} {number}" for name, number in law.counts().items() if number or name == "条")
    lines = [law.title, f"{law.status}  {counts}", ""]
    lines += [
        f"{'  ' * LEVELS.index(row.level)}第{row.no}{row.level} {row.title}  "
        f"{row.first or '-'} – {row.last or '-'}  ({row.articles})"
        for row in law.outline
    ]
    if law.status == AMENDMENT:
        for item in law.items:
            lines += [f"{item.label or '·'} {_instruction(each)}" for each in item.instructions]
    lines += [f"{annex.label} {annex.title}".strip() for annex in law.annexes]
    lines += [f"warning: {each.kind} {each.label or ''} (line {each.line})" for each in law.warnings]
    return "\n".join(lines).rstrip()


def _instruction(each: Instruction) -> str:
    becomes = f"→ {each.becomes}" if each.becomes else ""
    return " ".join(filter(None, (each.kind, each.target, becomes)))
