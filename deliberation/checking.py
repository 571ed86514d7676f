"""What `audit verify` recomputes beyond the log itself: each slice brings the checks of its own documents and counts."""

from __future__ import annotations

from importlib import import_module

from deliberation.audit.bundle import Bundler
from deliberation.audit.bundle_check import BundleCheck
from deliberation.audit.verification import Check

SLICES = ("matters", "rooms", "voting")


def all_checks() -> list[Check]:
    """Every slice's checks, in the order of the floors."""
    return [check for name in SLICES for check in import_module(f"deliberation.{name}.verification").checks]


def all_bundlers() -> list[Bundler]:
    """What ``audit export --subject`` can lay out."""
    from deliberation.voting.bundling import bundlers

    return list(bundlers)


def all_bundle_checks() -> list[BundleCheck]:
    """What ``audit verify BUNDLE`` checks of the slices' own files."""
    from deliberation.voting.bundle_check import checks

    return list(checks)
