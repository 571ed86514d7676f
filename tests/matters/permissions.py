"""Writes the table of rights anew after a change that was meant: ``python -m tests.matters.permissions``."""

from pathlib import Path

from deliberation.matters.rules import permissions_table

if __name__ == "__main__":
    Path(__file__).with_name("permissions.txt").write_text(permissions_table(), "utf-8")
