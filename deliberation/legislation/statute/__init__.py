"""Texts of law as values: read from files, compared, and anchors carried from one to the next. Knows no database."""
