"""Tasks and inspections: who does what until when, what became of it, what the supervisors say of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, or_, select

from deliberation.audit.models import log_size
from deliberation.communities.models import Community, community, subtree_ids
from deliberation.followup import routes_board
from deliberation.followup.actions import LIST, Errand, Found, assign_task, make_inspection, report_task
from deliberation.followup.board import overdue_clocks
from deliberation.followup.models import Task, inspections_of, task, tasks_of, tasks_owned, tasks_where
from deliberation.followup.rules import may_be_due, may_inspect_work, may_report
from deliberation.followup.showing import last_findings, list_of, rows_of, thing_asked, things_to_inspect
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person, person
from deliberation.live import Scene
from deliberation.matters.models import Document, Matter
from deliberation.matters.opening import Dossier, dossier, near_of
from deliberation.matters.reach import reach_of, today_in
from deliberation.matters.rules import may
from deliberation.refusal import Refusal, refuse_if
from deliberation.sections import LATE, WAITING, Item, Section
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect

# --- lists


@public
def show_tasks(visit: Visit) -> Answer:
    """Mine first, then everybody's that is open, then what was done last."""
    near = near_of(visit)
    mine = []
    if visit.person is not None:
        visit.community = community(visit.session, person(visit.session, visit.person.id).community_id)
        mine = tasks_owned(visit.session, visit.person.id)
    known = {one.id for one in mine}
    others = [one for one in tasks_where(visit.session, reach_of(near), is_open=True) if one.id not in known]
    done = tasks_where(visit.session, reach_of(near), is_open=False, limit=20)
    return page(
        visit,
        "followup/tasks.html",
        groups=[
            (_("等我办的"), "mine", rows_of(visit.session, visit.now, mine, near)),
            (_("大家正在办的"), "open", rows_of(visit.session, visit.now, others, near)),
            (_("刚办完的"), "done", rows_of(visit.session, visit.now, done, near)),
        ],
    )


@public
def show_tasks_of_matter(visit: Visit) -> Answer:
    """Tasks and inspections of one matter: a page, or for htmx the list alone."""
    one = dossier(visit)
    values = list_of(visit.session, visit.now, one.matter, one.place)
    if visit.is_htmx:
        return part(visit, LIST, **values)
    return page(
        visit,
        "followup/matter_tasks.html",
        matter=one.matter,
        place=one.place,
        list=values,
        seen=log_size(visit.session, one.place.id),
        assigning=may("assign_task", one.standing.roles, one.facts),
        inspecting=_may_inspect(visit, one),
    )


# --- assigning


@signed_in
def new_task(visit: Visit) -> Answer:
    one = dossier(visit)
    refusal = may("assign_task", one.standing.roles, one.facts)
    people = [] if refusal else _people(visit, one.place)
    return page(
        visit,
        "followup/task_new.html",
        matter=one.matter,
        place=one.place,
        refusal=refusal,
        people=people[:500],
        today=today_in(one.place, visit.now),
    )


def _people(visit: Visit, place: Community) -> list[Any]:
    """(name, number) of everybody registered there or below, for the suggestions of the field."""
    found = select(Person.id, Person.name, Person.number).where(
        col(Person.community_id).in_(subtree_ids(visit.session, place)), col(Person.disabled_at).is_(None)
    )
    return list(visit.session.execute(found.order_by(Person.pinyin, col(Person.id))).all())


def _owner(visit: Visit, place: Community, fields: Fields) -> int:
    """The person whose name or number was typed; a name that two people bear needs the number."""
    word = fields.text("owner", most=60)
    if not word:
        return 0
    found = select(Person.id).where(
        col(Person.community_id).in_(subtree_ids(visit.session, place)),
        col(Person.disabled_at).is_(None),
        or_(Person.name == word, Person.number == word),
    )
    ids = visit.session.exec(found.limit(3)).all()
    if not ids:
        fields.errors["owner"] = Refusal(_("本单位没有登记叫“{word}”的人"), {"word": word}, _("请填全名或者人员编号"))
    elif len(ids) > 1:
        fields.errors["owner"] = Refusal(_("不止一位叫“{word}”"), {"word": word}, _("请填人员编号"))
    return ids[0] if len(ids) == 1 else 0


@signed_in
def assign(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("assign_task")
    fields = Fields(visit)
    title, owner_id = fields.text("title", most=120), _owner(visit, one.place, fields)
    due_on = fields.day("due_on")
    if due_on and (late := may_be_due(due_on, today_in(one.place, visit.now))):
        fields.errors["due_on"] = late
    fields.check()
    assign_task(visit.session, visit.now, matter=one.matter, errand=Errand(title, owner_id, due_on), actor=actor)
    return redirect(f"/matters/{one.matter.id}/tasks")


# --- one task


@public
def show_task(visit: Visit) -> Answer:
    found, one = _opened(visit)
    inspections = [each for each in inspections_of(visit.session, one.matter.id) if each.subject == f"task/{found.id}"]
    return page(
        visit,
        "followup/task.html",
        task=found,
        row=rows_of(visit.session, visit.now, [found], [one.place.id] if one.standing.is_near else [])[0],
        matter=one.matter,
        place=one.place,
        resolution=visit.session.get(Document, found.document_id) if found.document_id else None,
        inspections=inspections,
        refusal=_may_report(found, one),
        today=today_in(one.place, visit.now),
    )


def _opened(visit: Visit) -> tuple[Task, Dossier]:
    """The task of the path, within reach of its matter. Raises Missing."""
    found = task(visit.session, visit.number("id"))
    return found, dossier(visit, found.matter_id)


def _may_report(found: Task, one: Dossier) -> Refusal | None:
    person_id = one.standing.person_id
    theirs = may_report(person_id, one.standing.roles, found.owner_id)
    return theirs or may("report_task", one.standing.roles, one.facts)


@signed_in
def report(visit: Visit) -> Answer:
    found, one = _opened(visit)
    refuse_if(may_report(one.standing.person_id, one.standing.roles, found.owner_id))
    if found.reported_at is None:
        actor = one.actor("report_task")
        fields = Fields(visit)
        text = fields.text("report", most=5000)
        fields.check()
        report_task(visit.session, visit.now, matter=one.matter, task=found, report=text, actor=actor)
    return redirect(f"/tasks/{found.id}")


# --- inspections


def _may_inspect(visit: Visit, one: Dossier) -> Refusal | None:
    owners = {each.owner_id for each in tasks_of(visit.session, one.matter.id)}
    return may("inspect", one.standing.roles, one.facts) or may_inspect_work(one.standing.person_id, owners)


@signed_in
def new_inspection(visit: Visit) -> Answer:
    one = dossier(visit)
    return page(
        visit,
        "followup/inspection_new.html",
        matter=one.matter,
        place=one.place,
        things=things_to_inspect(visit.session, one.matter),
        asked=thing_asked(one.matter, one.facts),
        found=last_findings(visit.session, one.matter.id),
        refusal=_may_inspect(visit, one),
    )


@signed_in
def inspect(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("inspect")
    fields = Fields(visit)
    subject = fields.choice("subject", [word for word, _title in things_to_inspect(visit.session, one.matter)])
    finding = fields.text("finding", most=5000)
    verdict = fields.choice("satisfied", ("yes", "no"))
    fields.check()
    found = Found(subject, finding, verdict == "yes")
    make_inspection(visit.session, visit.now, matter=one.matter, found=found, actor=actor)
    return redirect(f"/matters/{one.matter.id}/tasks")


# --- what the home page and the open pages hear of it


def my_sections(visit: Visit) -> list[Section]:
    """What I have to do, and what is overdue wherever I may look."""
    sections = []
    if visit.person is not None and (mine := tasks_owned(visit.session, visit.person.id, limit=10)):
        items = tuple(
            Item(
                title=one.title,
                url=f"/tasks/{one.id}",
                kind=_("落实事项　由您办"),
                due=one.due_on,
                action=_("报告落实情况"),
            )
            for one in mine
        )
        sections.append(Section(_("等我办的"), items, WAITING, more="/tasks"))
    late = tuple(
        Item(
            title=one.about or one.title,
            url=one.url,
            note=one.title if one.about else "",
            tag=(_("逾期{n}天"), "late"),
            facts={"n": one.days},
        )
        for one in overdue_clocks(visit.session, visit.now, near_of(visit), 5)
    )
    sections.append(Section(_("到期没有办"), late, LATE, more="/board", empty=_("没有逾期的事。")))
    return sections


def _scene(scene: Scene) -> dict[str, Any] | None:
    matter = scene.session.get(Matter, int(scene.subject.split("/")[1]))
    place = community(scene.session, matter.community_id)
    return list_of(scene.session, scene.now, matter, place)


def furnish(house: Any) -> None:
    house.hub.fragment(LIST, _scene)
    house.home_sections.append(my_sections)


routes = [
    get("/tasks", show_tasks),
    get("/tasks/{id}", show_task),
    post("/tasks/{id}/report", report, Act.TASK_REPORTED, again=show_task),
    get("/matters/{id}/tasks", show_tasks_of_matter),
    get("/matters/{id}/tasks/new", new_task),
    post("/matters/{id}/tasks", assign, Act.TASK_ASSIGNED, again=new_task),
    get("/matters/{id}/inspections/new", new_inspection),
    post("/matters/{id}/inspections", inspect, Act.INSPECTION_MADE, again=new_inspection),
    *routes_board.routes,
]
