"""What the commands that take opinions in share: the house, and how each says why it took in nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Any

from deliberation.refusal import Invalid, Missing, Refused

UNUSABLE = 2


class Unusable(Exception):
    """What was asked cannot be done as it was written."""


def at_house(
    args: argparse.Namespace,
    work: Callable[[Any, argparse.Namespace], str],
    details: Callable[[Any, str], Iterable[str]],
) -> int:
    """0 once ``work`` has taken in the file, and what it says; 2 if not, with a line for each reason, and nothing is in.

    ``details``: the further lines of an Invalid's details, in this language.
    """
    from deliberation.commands import prepare_data, read_settings
    from deliberation.house import House
    from deliberation.migration import migrate
    from deliberation.translation import say

    settings = read_settings()
    if settings is None:
        return UNUSABLE
    prepare_data(settings)
    migrate(settings.url)
    house, locale, name = House(settings), settings.default_locale, args.file.name
    try:
        print(f"{name}: {work(house, args)}", file=sys.stderr)
        return 0
    except Unusable as no:
        print(no, file=sys.stderr)
    except Invalid as no:
        for refusal in no.errors.values():
            print(f"{name}: {say(refusal, locale)}", file=sys.stderr)
        for detail in no.details or ():
            for line in details(detail, locale):
                print(line, file=sys.stderr)
    except Refused as no:
        print(f"{name}: {say(no.refusal, locale)}", file=sys.stderr)
    except Missing:
        print(f"--solicitation {args.solicitation}: there is no such solicitation", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or args.file}: {error.strerror}", file=sys.stderr)
    finally:
        house.database.close()
    return UNUSABLE
