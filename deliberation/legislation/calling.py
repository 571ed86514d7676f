"""The call of a solicitation: written when it is opened, given out as a bundle, read again from one, checked."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from deliberation.archive import Bounds, check_archive
from deliberation.audit.bundle import Bundler, Contents, as_json
from deliberation.audit.bundle_check import Bundle, BundleCheck, NoBundle, check_bundle, read_zip
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry, log_head
from deliberation.communities.models import Community, community
from deliberation.legislation.call_rules import (
    Call,
    NotACall,
    call_as_json,
    call_from_json,
    extended,
    is_storable,
)
from deliberation.legislation.draft_models import reading_in_force, text_of
from deliberation.legislation.draft_reading import ReadText, digest, read_again
from deliberation.legislation.solicitation_models import Solicitation, solicitation, text_asked_on
from deliberation.legislation.statute.law_json import NotALaw
from deliberation.legislation.tier_models import SolicitationCall
from deliberation.matters.days import day_of
from deliberation.refusal import Missing, Refusal, Refused, Word
from deliberation.vocabulary import Act, _

MOST_UNPACKED = 64 * 2**20
"""Bytes that a bundle from another tier may unfold into."""
BOUNDS = Bounds(entries=200, declared=MOST_UNPACKED, ratio=1_100)
"""Deflate packs no tighter than 1,032 to 1: what counts is how much it unfolds into, and campaigns repeat themselves."""
CALL, LAW, LINES = "call.json", "law.json", "lines.json"
NOT_KEPT = Refusal(_("这次征求意见开始得早，没有可以带走的来函文件"), remedy=_("请直接把草案文本发给联系点"))
NO_BUNDLE = Refusal(_("这不是本系统的文件包，或者已经损坏"), remedy=_("请让对方重新下载，原样传过来，不要解开再压缩"))
OTHER_KIND = Refusal(_("这个文件包是别的事项的：{subject}"))
DOES_NOT_HOLD = Refusal(_("文件包里的 {fault} 不对"), remedy=_("请让对方重新下载；还是这样的，请打电话问清楚"))


def call_of(session: Session, one: Solicitation, opened_on: date, until: date) -> Call:
    """What the solicitation asks of points, as it stands."""
    where, head = community(session, one.community_id), log_head(session, one.community_id)
    draft, version = text_asked_on(session, one)
    reading = reading_in_force(session, version)
    return Call(
        origin=head.origin, solicitation=one.id, draft=draft.id, body=where.name, title=one.title, about=one.about,
        letter_from=one.letter_from, letter_no=one.letter_no, letter_on=one.letter_on, asks_contacts=one.asks_contacts,
        questions=tuple(one.questions), groups=tuple(one.groups), namings=tuple(one.namings),
        without_account=one.without_account, opened_on=opened_on, until=until, submit_by=one.submit_by,
        draft_title=draft.title, version=version.name, dated_on=version.dated_on, source_url=version.source_url,
        text=reading.digest, lines=reading.lines_digest,
    )  # fmt: skip


def keep_call(session: Session, one: Solicitation, where: Community, opened_on: date) -> str:
    """Write down what is asked of points when it is opened; the digest for the entry."""
    said = as_json(call_as_json(call_of(session, one, opened_on, day_of(one.last_moment, where.zone)))).decode()
    session.add(SolicitationCall(solicitation_id=one.id, document=said))
    session.flush()
    return digest(said)


def call_now(session: Session, one: Solicitation) -> Call:
    """What an open solicitation asks of points now, with the days that it has now."""
    zone = community(session, one.community_id).zone
    return call_of(session, one, day_of(one.opened_at, zone), day_of(one.last_moment, zone))


# --- as a bundle


def gather_call(session: Session, number: int, _edition: str) -> Contents:
    """The call of ``solicitation/<number>`` with the text that it is on. Raises Missing, Refused for one without a call."""
    one = session.get(Solicitation, number)
    if one is None or one.opened_at is None:
        raise Missing
    kept = session.get(SolicitationCall, number)
    if kept is None:
        raise Refused(NOT_KEPT)
    _draft, version = text_asked_on(session, one)
    text = text_of(session, reading_in_force(session, version))
    files = {CALL: kept.document.encode(), LAW: text.document.encode(), LINES: text.lines.encode()}
    acts = (Act.SOLICITATION_OPENED, Act.SOLICITATION_EXTENDED, Act.SUBMISSION_EXTENDED)
    found = select(Entry.index).where(
        Entry.community_id == one.community_id, Entry.object == one.subject, Entry.act.in_(acts)
    )
    return Contents(one.community_id, one.subject, sorted(session.exec(found)), files)


bundlers = (Bundler("solicitation", gather_call),)


def check_call(bundle: Bundle) -> Iterator[Fault | None]:
    """A call against the entry of its opening, and the text against the call."""
    if not bundle.subject.startswith("solicitation/"):
        return
    opened = bundle.about(bundle.subject, Act.SOLICITATION_OPENED)
    index, data = opened or (None, {})
    said = bundle.files.get(CALL, b"")
    yield _fault(bundle, index, CALL, data.get("call") == hashlib.sha256(said).hexdigest())
    named = bundle.json(CALL) or {}
    held = (named.get("origin"), f"solicitation/{named.get('solicitation')}") == (bundle.origin, bundle.subject)
    yield _fault(bundle, index, CALL, held)
    for name, key in ((LAW, "text"), (LINES, "lines")):
        same = named.get(key) == hashlib.sha256(bundle.files.get(name, b"")).hexdigest()
        yield _fault(bundle, index, name, same)


def _fault(bundle: Bundle, index: int | None, file: str, holds: bool) -> Fault | None:
    if holds:
        return None
    reason = _("{file} 不是记录里存证的那一份")
    return Fault("document", reason, {"file": file}, bundle.origin, index, file)


bundle_checks = (BundleCheck("calls", check_call),)


# --- read again


@dataclass(frozen=True)
class Called:
    """A call that came as a file: what is asked, the very text, and by which key the log it comes from is signed."""

    call: Call
    text: ReadText
    vkey: str


def opened_bundle(content: bytes, kind: str, checks: tuple[BundleCheck, ...]) -> tuple[Bundle, str]:
    """The bundle of a file that came from elsewhere, and the key that verified it. Raises Refused, with a sentence for whatever is wrong."""
    if no := check_archive(content, BOUNDS):
        raise Refused(no)
    try:
        bundle, report = check_bundle(read_zip(io.BytesIO(content)), checks)
    except NoBundle:
        raise Refused(NO_BUNDLE) from None
    if bundle.subject.partition("/")[0] != kind:
        raise Refused(Refusal(OTHER_KIND.reason, {"subject": bundle.subject[:60]}))
    if report.faults:
        first = report.faults[0]
        facts = {name: Word(value) if name == "by" else value for name, value in first.facts.items()}
        raise Refused(Refusal(first.reason, facts, DOES_NOT_HOLD.remedy))
    return bundle, bundle.vkey


def read_call(content: bytes) -> Called:
    """The call in a file. Raises Refused."""
    bundle, vkey = opened_bundle(content, "solicitation", bundle_checks)
    try:
        said = bundle.json(CALL)
        law, lines = bundle.files[LAW].decode(), bundle.files[LINES].decode()
        if not all(map(is_storable, (said, json.loads(law), json.loads(lines)))):
            raise NotACall(CALL)
        call = _with_days(bundle, call_from_json(said))
        return Called(call, read_again(law, lines), vkey)
    except NotALaw:
        raise Refused(Refusal(DOES_NOT_HOLD.reason, {"fault": LAW}, DOES_NOT_HOLD.remedy)) from None
    except NotACall as no:
        raise Refused(Refusal(DOES_NOT_HOLD.reason, {"fault": f"{CALL}: {no}"}, DOES_NOT_HOLD.remedy)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused(NO_BUNDLE) from None


def _with_days(bundle: Bundle, call: Call) -> Call:
    """The call with the days that later entries give; the last one stands."""
    until = submit_by = None
    for _index, entry in sorted(bundle.entries.items()):
        if entry.get("object") != bundle.subject:
            continue
        if entry.get("type") == Act.SOLICITATION_EXTENDED:
            until = date.fromisoformat(entry["data"]["until"])
        elif entry.get("type") == Act.SUBMISSION_EXTENDED:
            submit_by = date.fromisoformat(entry["data"]["submit_by"])
    return extended(call, until, submit_by)


def checked_calls(session: Session) -> Iterator[tuple[Solicitation, SolicitationCall]]:
    """Every call that was kept, with its solicitation."""
    for kept in session.exec(select(SolicitationCall).order_by(SolicitationCall.solicitation_id)):
        yield solicitation(session, kept.solicitation_id), kept
