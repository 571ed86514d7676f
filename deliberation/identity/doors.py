"""The doors of identity. The check itself asks the visit alone, so it stands in ``web`` for the floors below."""

from deliberation.web import signed_in

__all__ = ["signed_in"]
