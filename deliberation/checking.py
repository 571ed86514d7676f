"""What `audit verify` recomputes beyond the log itself: each slice brings the checks of its own documents and counts."""

from __future__ import annotations

from importlib import import_module

from deliberation.audit.verification import Check

SLICES = ("matters", "voting")


def all_checks() -> list[Check]:
    """Every slice's checks, in the order of the floors."""
    return [check for name in SLICES for check in import_module(f"deliberation.{name}.verification").checks]
