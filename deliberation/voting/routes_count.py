"""The count desk: paper handed out, read by two, compared, hands counted, checked and sealed. Works without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deliberation import paper
from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.people_list import PER_PAGE
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.ballot_sheet import ballots_data
from deliberation.voting.count_models import sheet_of_code
from deliberation.voting.desk_roll import OUT, WAITING
from deliberation.voting.desk_view import TABS, VIEWS, progress_of, progress_scene, tabs_of
from deliberation.voting.desk_words import refusal_at
from deliberation.voting.handing import hand_out, most_to_print, print_ballots, take_back
from deliberation.voting.hands import count_hands, settle_hands
from deliberation.voting.paper_rules import (
    BAD_CODE,
    OTHER_POLL,
    READ_TWICE,
    SETTLED,
    TWO_READERS,
    UNKNOWN_CODE,
    read_code,
)
from deliberation.voting.proxy_rules import NOT_CHECKED
from deliberation.voting.reaching import Opened, opened_poll
from deliberation.voting.readings import PROGRESS, Found, Mark, correct_reading, read_sheet, refused_note, settle_sheet
from deliberation.voting.sealing import Stock, break_seals, count_stock, seal_count
from deliberation.voting.sheet_rules import ABSENT
from deliberation.voting.withdrawing import find_absent, withdraw_reading
from deliberation.web import Answer, Fields, Visit, download, get, page, post, redirect, socket

AT_THE_SHEET = (UNKNOWN_CODE, OTHER_POLL, READ_TWICE, TWO_READERS, SETTLED)
"""Said beside the field, so that whoever enters a pile goes on with the next sheet."""
NOBODY_TICKED = Refusal(_("请先在名单上打勾"))
TOO_MANY_TICKED = Refusal(
    _("一次最多登记{most}人，这次勾了{n}人"), {"most": PER_PAGE}, remedy=_("一张也没有登记。去掉一些勾，分几次交")
)


MARKS = "marks"
"""The third person's word for: as ticked below."""
ONE_WAY = Refusal(_("填序号和打勾，只用一样"))


def _desk(visit: Visit) -> Opened:
    here = opened_poll(visit)
    refuse_if(refusal_at(here, "see_desk"))
    return here


def _tab(visit: Visit) -> str:
    """The tab that is asked for, or the one that a refused form stood on."""
    asked = visit.query.get("tab") or _STOOD_ON.get(visit.path.rsplit("/", 1)[-1], "")
    if visit.path.endswith("/readings") and visit.text("person"):
        return "hands"
    return asked if asked in VIEWS else "entry" if visit.query.get("code") else TABS[0][0]


_STOOD_ON = {
    "printing": "handing", "handing": "handing", "readings": "entry", "corrections": "entry",
    "withdrawals": "entry", "settlements": "comparison", "hands": "hands", "settling": "hands", "stock": "checks", "seals": "seals",
    "breaking": "seals",
}  # fmt: skip


@signed_in
def show_desk(visit: Visit) -> Answer:
    """One tab of the desk."""
    here = _desk(visit)
    tab = _tab(visit)
    return page(
        visit,
        "voting/count.html",
        poll=here.poll,
        matter=here.matter,
        place=here.place,
        tabs=tabs_of(here.poll),
        tab=tab,
        seen=log_size(visit.session, here.place.id),
        progress=progress_of(visit.session, here.poll),
        view=VIEWS[tab](visit, here),
    )


def _back(here: Opened, tab: str, more: str = "") -> Answer:
    return redirect(f"/polls/{here.poll.id}/count?tab={tab}{more}")


def _given(visit: Visit, here: Opened) -> dict[str, Any]:
    return {"poll_id": here.poll.id, "standing": here.standing}


@signed_in
def print_batch(visit: Visit) -> Answer:
    """Make a batch of ballots; its PDF is a download of its own."""
    here = _desk(visit)
    fields = Fields(visit)
    count = fields.integer("count", least=1, most=most_to_print(visit.session, here.poll))
    fields.check()
    print_ballots(visit.session, visit.now, count=count, **_given(visit, here))
    return _back(here, "handing")


@signed_in
def download_batch(visit: Visit) -> Answer:
    """The sheets of a batch as PDF."""
    here = _desk(visit)
    refuse_if(refusal_at(here, "print_ballots"))
    data = ballots_data(visit, here, visit.number("batch"))
    number = f"{here.poll.id}-{data['batch']}.pdf"
    return download(paper.pdf("ballot", data), f"表决票-{number}", paper.PDF, plain=f"ballots-{number}")


@signed_in
def hand(visit: Visit) -> Answer:
    """Tick the roll: a ballot goes out, or comes back unused or spoiled."""
    here = _desk(visit)
    people, way = _people(visit, here), visit.text("way")
    if way in ("returned", "spoiled"):
        take_back(visit.session, visit.now, people=people, is_spoiled=way == "spoiled", **_given(visit, here))
    else:
        hand_out(visit.session, visit.now, people=people, proxy_id=_proxy(visit, people), **_given(visit, here))
    show = visit.text("show")
    return _back(here, "handing", f"&show={show}" if show in (WAITING, OUT) else "")


def _proxy(visit: Visit, people: list[int]) -> int:
    """By which proxy the ballot is taken: none, where the person is there. Both things have to be looked at first."""
    typed = visit.text("proxy")
    if not typed:
        return 0
    refuse_if(None if visit.text("is_here") and visit.text("is_listed") else NOT_CHECKED)
    if not typed.isascii() or not typed.isdigit() or len(typed) > 9 or len(people) != 1:
        raise Missing
    return int(typed)


def _people(visit: Visit, here: Opened) -> list[int]:
    """By number, one or the ticks of a page, or by the code of a sheet. Raises Invalid (``code`` or ``person``)."""
    typed = [each for each in visit.texts("person") if each.isascii() and each.isdigit() and len(each) < 10]
    if typed:
        people = list(dict.fromkeys(int(each) for each in typed))
        if len(people) > PER_PAGE:
            raise Invalid({"person": replace(TOO_MANY_TICKED, facts={"most": PER_PAGE, "n": len(people)})})
        return people
    if visit.text("ticked"):
        raise Invalid({"person": NOBODY_TICKED})
    sheet = sheet_of_code(visit.session, read_code(visit.text("code")))
    if sheet is None or sheet.poll_id != here.poll.id or sheet.person_id is None:
        raise Invalid({"code": BAD_CODE if sheet is None else OTHER_POLL})
    return [sheet.person_id]


@signed_in
def read(visit: Visit) -> Answer:
    """Enter what stands on one sheet, or which hand was raised."""
    here = _desk(visit)
    mark = _mark(visit)
    try:
        read_sheet(visit.session, visit.now, mark=mark, **_given(visit, here))
    except Refused as no:
        if mark.person_id is None and no.refusal in AT_THE_SHEET:
            raise Invalid({"code": no.refusal}) from no
        raise
    if mark.person_id is not None:
        return _back(here, "hands", "#by-name")
    return _back(here, "entry")


def _mark(visit: Visit) -> Mark:
    """A key that was typed, or one of the buttons."""
    fields = Fields(visit)
    choice, note = _typed(visit), fields.text("note", most=200, required=False)
    number = fields.integer("number", least=1, most=10_000, required=False)
    if no := refused_note("invalid" if choice in ("0", "invalid") else choice, note):
        fields.errors["note"] = no
    fields.check()
    typed = visit.text("person")
    person_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    code, held = visit.text("code"), read_code(visit.text("in_hand"))
    # The tick is for the sheet that was questioned, not for another one typed since.
    return Mark(choice, code, number, person_id, note, bool(held) and held == read_code(code))


def _typed(visit: Visit) -> str:
    """What was entered for one ballot: a button, numbers, or the boxes that were ticked as they are on the paper."""
    ticked, typed = "".join(f"{mark}," for mark in visit.texts("mark")), visit.text("choice")
    if ticked and typed and typed != MARKS:
        raise Invalid({"choice": ONE_WAY})
    return visit.text("pick") or (ticked if typed in ("", MARKS) else typed)


@signed_in
def correct(visit: Visit) -> Answer:
    """Change one's own reading."""
    here = _desk(visit)
    fields = Fields(visit)
    sheet_id, note = fields.integer("sheet", least=1), fields.text("note", most=200, required=False)
    fields.check()
    typed = _typed(visit)
    correct_reading(visit.session, visit.now, sheet_id=sheet_id, typed=typed, note=note, **_given(visit, here))
    return _back(here, "entry")


@signed_in
def withdraw(visit: Visit) -> Answer:
    """Take one's own reading back."""
    here = _desk(visit)
    fields = Fields(visit)
    sheet_id = fields.integer("sheet", least=1)
    fields.check()
    withdraw_reading(visit.session, visit.now, sheet_id=sheet_id, **_given(visit, here))
    return _back(here, "entry")


@signed_in
def settle(visit: Visit) -> Answer:
    """A third person says what counts."""
    here = _desk(visit)
    fields = Fields(visit)
    sheet_id, reason = fields.integer("sheet", least=1), fields.text("reason", most=500)
    fields.check()
    choice = visit.text("choice")
    if choice == ABSENT:
        find_absent(visit.session, visit.now, sheet_id=sheet_id, reason=reason, **_given(visit, here))
        return _back(here, "comparison")
    found = Found(
        _typed(visit) if choice in ("", MARKS) else choice, reason, choice == MARKS or bool(visit.text("otherwise"))
    )
    settle_sheet(visit.session, visit.now, sheet_id=sheet_id, found=found, **_given(visit, here))
    return _back(here, "comparison")


def _figures(fields: Fields) -> dict[str, int]:
    found = {name: fields.integer(name, most=1_000_000, required=name != "abstain") for name in _NUMBERS}
    return {name: value or 0 for name, value in found.items()}


_NUMBERS = ("among", "yes", "no", "abstain")


@signed_in
def hands(visit: Visit) -> Answer:
    """Hand in what was counted."""
    here = _desk(visit)
    fields = Fields(visit)
    figures = _figures(fields)
    fields.check()
    count_hands(visit.session, visit.now, figures=figures, **_given(visit, here))
    return _back(here, "hands")


@signed_in
def settle_figures(visit: Visit) -> Answer:
    """A third person says which numbers of hands count."""
    here = _desk(visit)
    fields = Fields(visit)
    figures, reason = _figures(fields), fields.text("reason", most=500)
    fields.check()
    settle_hands(visit.session, visit.now, figures=figures, reason=reason, **_given(visit, here))
    return _back(here, "hands")


@signed_in
def stock(visit: Visit) -> Answer:
    """How many sheets came out of the box, how many were left over."""
    here = _desk(visit)
    fields = Fields(visit)
    received, left_over = fields.integer("received", most=100_000), fields.integer("left_over", most=100_000)
    strays = fields.integer("strays", most=100_000, required=False) or 0
    note = fields.text("note", most=500, required=bool(strays))
    fields.check()
    counted = Stock(received, left_over, strays, note)
    count_stock(visit.session, visit.now, stock=counted, **_given(visit, here))
    return _back(here, "checks")


@signed_in
def seal(visit: Visit) -> Answer:
    """Seal the count."""
    here = _desk(visit)
    seal_count(visit.session, visit.now, **_given(visit, here))
    return _back(here, "seals")


@signed_in
def unseal(visit: Visit) -> Answer:
    """Break the seals, to count again."""
    here = _desk(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=500)
    fields.check()
    break_seals(visit.session, visit.now, reason=reason, **_given(visit, here))
    return _back(here, "seals")


def follow_desk(visit: Visit) -> tuple[str, int]:
    if visit.person is None:
        raise Missing
    here = _desk(visit)
    return f"count/{here.poll.id}", here.place.id


def furnish(house: Any) -> None:
    """What the running site needs to know of the desk."""
    house.hub.fragment(PROGRESS, progress_scene, pace=1.0)


_CLOSES = (Act.COUNT_SEALED, Act.POLL_CLOSED)
routes = [
    get("/polls/{id}/count", show_desk),
    socket("/polls/{id}/count/live", follow_desk),
    get("/polls/{id}/count/batches/{batch}", download_batch),
    post("/polls/{id}/count/printing", print_batch, Act.PAPER_PRINTED, again=show_desk),
    post("/polls/{id}/count/handing", hand, Act.PAPER_HANDED, Act.PAPER_RETURNED, again=show_desk),
    post("/polls/{id}/count/readings", read, Act.SHEET_READ, again=show_desk),
    post("/polls/{id}/count/corrections", correct, Act.SHEET_CORRECTED, again=show_desk),
    post("/polls/{id}/count/withdrawals", withdraw, Act.SHEET_WITHDRAWN, again=show_desk),
    post("/polls/{id}/count/settlements", settle, Act.SHEET_SETTLED, Act.SHEET_ABSENT, again=show_desk),
    post("/polls/{id}/count/hands", hands, Act.HANDS_COUNTED, again=show_desk),
    post("/polls/{id}/count/hands/settling", settle_figures, Act.HANDS_SETTLED, again=show_desk),
    post("/polls/{id}/count/stock", stock, Act.PAPER_COUNTED, again=show_desk),
    post("/polls/{id}/count/seals", seal, *_CLOSES, again=show_desk),
    post("/polls/{id}/count/seals/breaking", unseal, Act.SEAL_BROKEN, again=show_desk),
]
