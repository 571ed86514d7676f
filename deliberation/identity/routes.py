"""The addresses of identity: coming in and going out, one's own page, the administration of people and communities."""

from __future__ import annotations

from deliberation.identity import community_admin, entering, own_page, people_admin
from deliberation.vocabulary import Act
from deliberation.web import get, post

BROWSER = "coming in and going out concern this browser alone; what is done while signed in has its own entries"
OWN = "a person's own password and devices: the log keeps no trace of secrets"
LOOK = "language and look of the pages, for this person alone"

routes = [
    get("/sign-in", entering.sign_in_form),
    post("/sign-in", entering.sign_in, no_act=BROWSER, prepare=entering.check_password, again=entering.sign_in_form),
    get("/sign-in/{token}", entering.link_page),
    post("/sign-in/{token}", entering.use_link, no_act=BROWSER),
    post("/sign-out", entering.sign_out, no_act=BROWSER),
    post("/preferences", own_page.set_look, no_act=LOOK),
    get("/me", own_page.own_page),
    post(
        "/me/password",
        own_page.change_password,
        no_act=OWN,
        prepare=own_page.prepare_password,
        again=own_page.own_page,
    ),
    post("/me/sign-ins", own_page.end_others, no_act=OWN),
    get("/admin", community_admin.desks_page),
    get("/admin/communities/{id}", community_admin.desk_page),
    post(
        "/admin/communities/{id}/children",
        community_admin.found_child,
        Act.COMMUNITY_FOUNDED,
        again=community_admin.desk_page,
    ),
    post(
        "/admin/communities/{id}/settings",
        community_admin.set_one,
        Act.SETTING_CHANGED,
        again=community_admin.desk_page,
    ),
    get("/admin/communities/{id}/people", people_admin.people_page),
    post("/admin/communities/{id}/people", people_admin.add_one, Act.PERSON_ADDED, again=people_admin.people_page),
    get("/admin/people/{id}", people_admin.person_page),
    post("/admin/people/{id}", people_admin.correct, Act.PERSON_CHANGED, again=people_admin.person_page),
    post("/admin/people/{id}/links", people_admin.make_link, Act.LINK_ISSUED),
    post("/admin/people/{id}/sign-ins", people_admin.end_theirs, Act.SIGN_INS_ENDED),
    post("/admin/people/{id}/account", people_admin.disable, Act.PERSON_CHANGED),
    post(
        "/admin/people/{id}/appointments",
        people_admin.make_appointment,
        Act.APPOINTMENT_MADE,
        again=people_admin.person_page,
    ),
    post("/admin/appointments/{id}/end", people_admin.end_one_appointment, Act.APPOINTMENT_ENDED),
]
