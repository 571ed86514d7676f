"""Notices by e-mail: a pointer to the inbox, never the proof that somebody was told (what was sent may not have come).

The job ``mail_notice`` sends before the writer's door, a few letters at a time, so that a poll's closing never waits
behind a long list. A delivery is claimed before its letter goes out: a crash in between costs a pointer, which the
list of those not yet told shows, and never sends twice.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlmodel import Session

from deliberation.communities.models import community
from deliberation.db import Database
from deliberation.delivery.models import Addressee, addressees, claim_mailing, settle_mailing
from deliberation.jobs import plan_job
from deliberation.settings import Settings, is_loopback
from deliberation.translation import translate
from deliberation.vocabulary import _

AT_ONCE = 40
"""Letters of one job; the rest is planned anew, so that other jobs get their turn."""
PATIENCE = 10.0
"""Seconds that the mail server may take for one answer."""
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]+@[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]+")

SUBJECT = _("【{place}】{title}")
TEXT = _(
    "{name}，您好：\n\n{place}有一份给您的通知或答复：\n{title}\n\n请打开下面的网址，看完后点“我已阅读”：\n{url}\n\n"
    "收到这封邮件不算送达，点了“我已阅读”才算。不方便上网的，请直接与{place}联系。\n\n这封邮件由“议事”自动发出，请不要回复。\n"
)


class NotTaken(Exception):
    """The mail server will never take this letter; its answer says why."""


class PutOff(Exception):
    """The mail server did not take the letter now; trying later may help."""


def send_waiting(database: Database, settings: Settings, subject: str) -> None:
    """Write to those on the list of ``subject`` who have an address and do not know of it yet.

    Raises OSError, smtplib.SMTPException or PutOff where trying again later may help; the job is then put off.
    """
    if not settings.smtp_url:
        return
    with database.read() as session:
        waiting = addressees(session, subject, AT_ONCE)
        places = {id: community(session, id).name for id in {each.community_id for each in waiting}}
    if not waiting:
        return
    late: PutOff | None = None
    with connected(settings.smtp_url) as server:
        for each in waiting:
            if not database.change(lambda session, now, id=each.delivery_id: claim_mailing(session, id, now)):
                continue
            late = _send_one(database, settings, server, each, places[each.community_id]) or late
    if late is not None:
        raise late


def _send_one(database: Database, settings: Settings, server: smtplib.SMTP, to: Addressee, place: str) -> PutOff | None:
    """Send, or say on the delivery why not. Returns what makes another try worth it."""
    with database.read() as session:
        now = database.writer.clock(session)

    def settle(fault: str = "") -> None:
        database.change(lambda session, now: settle_mailing(session, to.delivery_id, fault))

    try:
        hand_over(server, letter_to(to, place, settings, now))
    except NotTaken as fault:
        settle(str(fault))
    except PutOff as fault:
        settle()
        return fault
    except (smtplib.SMTPException, OSError):  # The connection is gone: nobody after this one can be reached either.
        settle()
        raise
    return None


def plan_rest(session: Session, now: datetime, payload: dict[str, Any], settings: Settings) -> None:
    """After a batch, inside the writer: whoever is left gets a job of their own."""
    subject = payload["subject"]
    left = addressees(session, subject, 1) if settings.smtp_url else []
    if left:
        # The key names the first who waits: a batch always takes that one, so keys never repeat.
        plan_job(session, "mail_notice", f"mail/{subject}/from/{left[0].delivery_id}", now, subject=subject)


def letter_to(to: Addressee, place: str, settings: Settings, now: datetime) -> EmailMessage:
    """The letter in the person's language. Raises NotTaken for an address that is none."""
    if not _ADDRESS.fullmatch(to.email):
        raise NotTaken("not an e-mail address")
    locale = to.locale or settings.default_locale
    # One line each: a title with a line break of its own must not begin a new header.
    title, where = _one_line(to.title), _one_line(place)
    facts = {
        "name": _one_line(to.name),
        "place": where,
        "title": title,
        "url": f"{settings.address}/deliveries/{to.delivery_id}",
    }
    sender = parseaddr(settings.mail_from)[1]
    letter = EmailMessage(policy=SMTP if to.email.isascii() else SMTPUTF8)
    letter["From"] = settings.mail_from
    letter["To"] = to.email
    letter["Subject"] = translate(locale, SUBJECT, place=where, title=title)[:150]
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<delivery-{to.delivery_id}@{sender.rpartition('@')[2] or 'localhost'}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: holiday replies stay away.
    letter.set_content(translate(locale, TEXT, **facts), cte="base64")
    return letter


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:120]


def hand_over(server: smtplib.SMTP, letter: EmailMessage) -> None:
    """Give one letter to the server (RFC 5321 section 3.3), step by step, to know whether it may have been taken.

    Raises NotTaken for a refusal for good (5xx), PutOff for one that may pass (4xx), SMTPServerDisconnected where the
    connection was lost before the letter. One that is lost with the letter counts as sent: better none than two.
    """
    sender, to = parseaddr(str(letter["From"]))[1], str(letter["To"])
    options: tuple[str, ...] = ()
    if not to.isascii():
        if not server.has_extn("smtputf8"):
            raise NotTaken("the mail server takes no address in other letters than ASCII")
        options = ("SMTPUTF8", "BODY=8BITMIME")
    _agreed(server, *server.mail(sender, options))
    _agreed(server, *server.rcpt(to))
    try:
        answer = server.data(letter.as_bytes())
    except smtplib.SMTPDataError as refused:
        answer = (refused.smtp_code, refused.smtp_error)
    except smtplib.SMTPServerDisconnected:
        return
    _agreed(server, *answer)


def _agreed(server: smtplib.SMTP, code: int, said: bytes | str) -> None:
    if 200 <= code < 300:
        return
    words = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    with suppress(smtplib.SMTPException, OSError):
        server.rset()
    raise (NotTaken if code >= 500 else PutOff)(words)


@contextmanager
def connected(address: str) -> Iterator[smtplib.SMTP]:
    """A connection to the server of ``smtp://`` or ``smtps://``, encrypted wherever it can be and signed in if asked.

    Raises OSError, smtplib.SMTPException.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=tls_context(host))
    else:
        server = smtplib.SMTP(host, port or (587 if parts.username else 25), timeout=PATIENCE)
    try:
        is_encrypted = _greet(server, host)
        if parts.username:
            if fault := clear_password(host, is_encrypted=is_encrypted):
                raise fault
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def clear_password(host: str, *, is_encrypted: bool) -> smtplib.SMTPException | None:
    """Why not to sign in: whoever strips STARTTLS on the way would read the password (RFC 3207 section 6)."""
    if is_encrypted or is_loopback(host):
        return None
    return smtplib.SMTPNotSupportedError("the mail server offers no encryption, so the password is not sent")


def _greet(server: smtplib.SMTP, host: str) -> bool:
    """Say hello, and encrypt from here on where that is offered; whether it was."""
    server.ehlo_or_helo_if_needed()
    if isinstance(server, smtplib.SMTP_SSL) or not server.has_extn("starttls"):
        return isinstance(server, smtplib.SMTP_SSL)
    server.starttls(context=tls_context(host))
    server.ehlo()
    return True


def tls_context(host: str) -> ssl.SSLContext:
    """Certificates are checked, but for this very machine, whose mail server signs its own."""
    context = ssl.create_default_context()
    if is_loopback(host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
