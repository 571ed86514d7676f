"""What the page of exports shows: what each edition has and leaves out, what was exported, how far the rest is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from deliberation.audit.models import log_size
from deliberation.identity.models import names_of
from deliberation.legislation.export_files import FORMATS
from deliberation.legislation.export_models import OpinionExport, ended_of, exports_of
from deliberation.legislation.export_rows import withheld_from
from deliberation.legislation.export_rules import EDITIONS, FULL, PUBLIC
from deliberation.legislation.layout_models import layouts_of
from deliberation.legislation.solicitation_view import Asked, said_options
from deliberation.scenes import Scene
from deliberation.vocabulary import _

FORMAT_NAMES: dict[str, str] = {
    "xlsx": _("XLSX：Excel、WPS 表格"),
    "docx": _("DOCX：Word、WPS 文字，几千条以内"),
    "csv": _("CSV：各种表格软件"),
    "jsonl": _("JSON lines：给别的系统"),
    "akn": _("Akoma Ntoso：条文和意见在一起，给立法系统"),
    "bundle": _("存证包：CSV、JSON lines 和每一条的存证，可以独立核对"),
}
DEFAULT_LAYOUT = _("默认版式")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "akn": "application/akn+xml",
    "bundle": "application/zip",
}
ENDINGS = {"xlsx": ".xlsx", "docx": ".docx", "csv": ".csv", "jsonl": ".jsonl", "akn": ".xml", "bundle": ".zip"}


def shown(here: Asked) -> dict[str, Any]:
    """The page of the liaison."""
    session, visit = here.visit.session, here.visit
    kept = layouts_of(session, here.one.community_id)
    return here.base() | listed(here) | {
        "public": withheld_from(session, here.one, PUBLIC),
        "full": withheld_from(session, here.one, FULL),
        "formats_said": said_options(visit, {each: FORMAT_NAMES[each] for each in FORMATS}),
        "editions_said": said_options(visit, EDITIONS),
        "layouts": [("", here.say(DEFAULT_LAYOUT)), *((str(each.id), each.name) for each in kept)],
        "running": running_of(session, here.one.id),
        "ended": ended_of(session, here.one.id),
        "seen": log_size(session, here.place.id),
    }  # fmt: skip


def listed(here: Asked) -> dict[str, Any]:
    """The list of what was exported, of one who looks at it."""
    session, days = here.visit.session, here.visit.house.settings.export_days
    found = exports_of(session, here.one.id)
    return {
        "one": here.one,
        "place": here.place,
        "exports": [_row(each) | {"spoilt": is_spoilt(each, days)} for each in found],
        "names": names_of(session, {each.asked_by_id for each in found if each.asked_by_id}),
        "days": days,
    }


def _row(each: OpinionExport) -> dict[str, Any]:
    return {
        "one": each, "edition": EDITIONS[each.edition], "format": each.format.upper(), "size": size_said(each.size),
        "percent": each.done * 100 // each.total if each.total else 0,
    }  # fmt: skip


def running_of(session: Session, solicitation_id: int) -> list[dict[str, Any]]:
    """Those that are being made, the newest first."""
    return [_row(each) for each in exports_of(session, solicitation_id) if each.is_running]


def running_scene(scene: Scene) -> dict[str, Any]:
    return {"running": running_of(scene.session, int(scene.subject.split("/")[1]))}


def ended_scene(scene: Scene) -> dict[str, Any]:
    return {"ended": ended_of(scene.session, int(scene.subject.split("/")[1]))}


def is_spoilt(made: OpinionExport, days: int) -> bool:
    """Whether its file went before its days were over, because something in it was taken back."""
    return bool(made.ended_at and made.gone_at and made.gone_at - made.ended_at < timedelta(days=days))


def size_said(size: int) -> str:
    """For people: 3 KB, 1.2 MB."""
    return f"{max(1, size >> 10)} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"


def filename(here: Asked, made: OpinionExport) -> str:
    """意见建议汇总表, whose, which edition."""
    laid = f"_{made.layout_name}" if made.layout_name else ""
    return f"意见建议汇总表_{here.one.title}_{EDITIONS[made.edition]}{laid}{ENDINGS[made.format]}"


def plain_name(made: OpinionExport) -> str:
    return f"opinions-{made.solicitation_id}-{made.edition}-{made.id}{ENDINGS[made.format]}"
