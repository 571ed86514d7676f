"""Writes the table of rights of drafts anew after a change that was meant: ``python -m tests.legislation.permissions``."""

from pathlib import Path

from deliberation.legislation.draft_rules import permissions_table

CHECKED_IN = Path(__file__).with_name("draft_permissions.txt")

if __name__ == "__main__":
    CHECKED_IN.write_text(permissions_table(), "utf-8")
