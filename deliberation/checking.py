"""What `audit verify` recomputes beyond the log itself: each slice brings the checks of its own documents and counts."""

from __future__ import annotations

from importlib import import_module

from deliberation.audit.bundle import Bundler
from deliberation.audit.bundle_check import BundleCheck
from deliberation.audit.verification import Check

SLICES = ("matters", "rooms", "voting", "legislation")


def all_checks() -> list[Check]:
    """Every slice's checks, in the order of the floors."""
    return [check for name in SLICES for check in import_module(f"deliberation.{name}.verification").checks]


def all_bundlers() -> list[Bundler]:
    """What ``audit export --subject`` can lay out."""
    from deliberation.legislation import calling, export_bundle, feedback_bundling, submission_bundling
    from deliberation.voting import bundling

    own = (bundling, calling, submission_bundling, feedback_bundling, export_bundle)
    return [each for module in own for each in module.bundlers]


def all_bundle_checks() -> list[BundleCheck]:
    """What ``audit verify BUNDLE`` checks of the slices' own files."""
    from deliberation.legislation import calling, export_bundle, feedback_bundling, submission_bundling
    from deliberation.voting import bundle_check

    own = (calling, submission_bundling, feedback_bundling, export_bundle)
    return [*bundle_check.checks, *(each for module in own for each in module.bundle_checks)]
