"""Bringing in a draft and its further versions: what came is read before the writer's door, then written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deliberation.assemblies.models import Standing, standing_of
from deliberation.communities.models import Community, community
from deliberation.files import KeptFile
from deliberation.identity.doors import signed_in
from deliberation.legislation.draft_doors import actor_of, opened
from deliberation.legislation.draft_reading import ReadText, read_source
from deliberation.legislation.draft_rules import ABSENT, may
from deliberation.legislation.drafting import Draft, add_version, bring_draft
from deliberation.matters.reach import today_in
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.translation import translate
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Provisional, Upload, Visit, get, page, post, redirect

MOST_TEXT = 1_000_000
NAMES = ("一审稿", "二次审议稿", "三次审议稿", "征求意见稿", "修订草案", "修正案草案", "表决稿", "通过")
"""What a version is usually called (domain.md 5.3); any other name may be written."""


@dataclass
class Arrived(Provisional):
    """What came, read and laid ready; gone again if the act was refused."""

    text: ReadText
    file: KeptFile

    def discard(self) -> None:
        self.file.discard()


def _point(visit: Visit) -> Community:
    """The community for which a draft is brought in. Raises Missing for who has nothing to do with it."""
    named = visit.query.get("community") or visit.text("community")
    if not named.isascii() or not named.isdigit() or len(named) > 9:
        raise Missing
    place = community(visit.session, int(named))
    if not _standing(visit, place).is_near:
        raise Missing
    visit.community = place
    return place


def _standing(visit: Visit, place: Community) -> Standing:
    return standing_of(visit.session, visit.person.id, place, today_in(place, visit.now))


@signed_in
def new_draft(visit: Visit) -> Answer:
    place = _point(visit)
    refusal = may("bring_draft", _standing(visit, place).roles, ABSENT)
    return page(visit, "legislation/draft_new.html", place=place, refusal=refusal, names=NAMES, one=None)


def prepare_draft(visit: Visit) -> Arrived:
    """Before the writer's door: rights and fields, then the file or the words are read."""
    refuse_if(may("bring_draft", _standing(visit, _point(visit)).roles, ABSENT))
    return _arrived(visit)


def _arrived(visit: Visit) -> Arrived:
    fields = Fields(visit)
    _described(visit, fields)
    words = fields.text("body", most=MOST_TEXT, required=False, turns=True)
    upload = visit.call.files.get("file")
    if upload is None and not words and "body" not in fields.errors:
        fields.errors["file"] = Refusal(_("请选择文件，或者把文本粘贴在下面"))
    if upload is not None and words:
        fields.errors["body"] = Refusal(_("文件和粘贴的文本只用一个"), remedy=_("请清空这里，或者不选文件"))
    fields.check()
    if upload is None:
        upload = Upload(translate(visit.locale, _("粘贴的文本")) + ".txt", words.encode())
    field = "body" if words else "file"
    try:
        return Arrived(read_source(upload.content), KeptFile(visit.house.settings.data, upload, kind_of(upload)))
    except Refused as no:
        raise Invalid({field: no.refusal}) from None


def kind_of(upload: Upload) -> str:
    """The media type of a file that was read as a text of law."""
    if upload.content.startswith(b"PK"):
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    if b"%PDF-" in upload.content[:1024]:
        return "application/pdf"
    return "application/octet-stream"


def _described(visit: Visit, fields: Fields) -> dict[str, Any]:
    """Name, day and source of a version, as they were written."""
    name = fields.text("name", most=40)
    dated_on = fields.day("dated_on", required=False)
    source_url = fields.text("source_url", most=500, required=False)
    if source_url and not source_url.startswith(("https://", "http://")):
        fields.errors["source_url"] = Refusal(_("请写完整的网址，以 https:// 开头"))
    return {"name": name, "dated_on": dated_on, "source_url": source_url}


def _draft(visit: Visit, arrived: Arrived, place: Community, fields: Fields) -> Draft:
    said = _described(visit, fields)
    fields.check()
    file = arrived.file.attach(visit.session, place.id, visit.person.id, visit.now)
    arrived.is_used = True
    return Draft(text=arrived.text, file=file, **said)


@signed_in
def take_draft(visit: Visit, arrived: Arrived) -> Answer:
    place, fields = _point(visit), Fields(visit)
    standing = _standing(visit, place)
    refuse_if(may("bring_draft", standing.roles, ABSENT))
    title = fields.text("title", most=120, required=False)
    first = _draft(visit, arrived, place, fields)
    actor = actor_of("bring_draft", standing)
    made = bring_draft(visit.session, visit.now, community=place, title=title, first=first, actor=actor)
    return redirect(f"/drafts/{made.id}/versions/1/reading")


@signed_in
def new_version(visit: Visit) -> Answer:
    one = opened(visit)
    refusal = one.may("add_version")
    return page(visit, "legislation/draft_new.html", place=one.place, refusal=refusal, names=NAMES, one=one)


def prepare_version(visit: Visit) -> Arrived:
    refuse_if(opened(visit).may("add_version"))
    return _arrived(visit)


@signed_in
def take_version(visit: Visit, arrived: Arrived) -> Answer:
    one = opened(visit)
    actor = one.actor("add_version")
    version = _draft(visit, arrived, one.place, Fields(visit))
    try:
        made = add_version(visit.session, visit.now, draft=one.draft, version=version, actor=actor)
    except Refused as no:
        raise Invalid({"name": no.refusal}) from None
    return redirect(f"/drafts/{one.draft.id}/versions/{made.number}/reading")


routes = [
    get("/drafts/new", new_draft),
    post(
        "/drafts", take_draft, Act.DRAFT_BROUGHT, Act.DRAFT_VERSION_ADDED, prepare=prepare_draft, again=new_draft,
        upload=True,
    ),
    get("/drafts/{id}/versions/new", new_version),
    post(
        "/drafts/{id}/versions", take_version, Act.DRAFT_VERSION_ADDED, prepare=prepare_version, again=new_version,
        upload=True,
    ),
]  # fmt: skip
