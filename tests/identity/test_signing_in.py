"""Coming in by password or one-time link, and going out."""

import statistics
import time

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.identity.actions import issue_link, set_disabled, set_password_hash
from deliberation.identity.models import SignIn, SignInLink, person
from deliberation.identity.passwords import hash_password, needs_rehash, verify_password
from deliberation.web import local_path, token_hash
from tests.pages import Browser, Site

PHONE = "13800000305"


def link_for(site: Site, who: int, **more) -> str:
    token = site.house.database.change(
        lambda session, now: issue_link(session, now, who=person(session, who), actor=Actor(), **more)
    )
    return f"/sign-in/{token}"


def is_in(browser: Browser) -> bool:
    return browser.get("/me").status == 200


@pytest.mark.parametrize("name", [PHONE, "138 0000 0305", "+86-138-0000-0305", "03-005"])
def test_a_person_signs_in_by_password(site, village, with_password, name):
    browser = site.visitor()
    page = browser.post("/sign-in", name=name, password=with_password, next="/me")
    assert (page.status, page.location) == (303, "/me")
    assert "李强" in browser.get("/me").words


def test_an_email_address_is_a_sign_in_name_in_any_case(site, village, with_password):
    def give(session, now):
        who = person(session, village["李强"])
        who.email = "Li.Qiang@Example.org"
        session.add(who)

    site.house.database.change(give)
    browser = site.visitor()
    assert browser.post("/sign-in", name="li.qiang@example.ORG", password=with_password).status == 303


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(site, village, with_password):
    browser = site.visitor()
    wrong_password = browser.post("/sign-in", name=PHONE, password="not the password")
    wrong_name = browser.post("/sign-in", name="13999999999", password="not the password")
    assert wrong_password.status == wrong_name.status == 422
    assert "账号或密码不对" in wrong_password.words
    assert wrong_password.text.replace(PHONE, "") == wrong_name.text.replace("13999999999", "")
    assert "not the password" not in wrong_password.text
    assert not is_in(browser)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(with_password, password_hash):
    def median(encoded: str) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            verify_password(encoded, "not the password")
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    known, unknown = median(password_hash), median("")
    # A factor, not milliseconds: the machine is shared. Without the dummy hash the ratio is in the thousands.
    assert 1 / 3 < known / unknown < 3


def test_guessing_is_slowed_down_with_a_reason(site, village, with_password):
    browser = site.visitor()
    answers = [browser.post("/sign-in", name=PHONE, password=f"guess number {n}") for n in range(12)]
    assert [each.status for each in answers] == [422] * 10 + [429] * 2
    assert "太多" in answers[-1].words and int(answers[-1].headers["retry-after"]) > 0
    assert browser.post("/sign-in", name=PHONE, password=with_password).status == 429


def test_two_people_with_one_phone_and_one_password_are_not_mixed_up(site, village, with_password, password_hash):
    def share(session, now):
        other = person(session, village["赵敏"])
        other.phone = PHONE
        session.add(other)
        set_password_hash(session, person_id=other.id, encoded=password_hash)

    site.house.database.change(share)
    browser = site.visitor()
    assert browser.post("/sign-in", name=PHONE, password=with_password).status == 422
    assert browser.post("/sign-in", name="03-005", password=with_password).status == 303
    assert "李强" in browser.get("/me").words


def test_an_empty_form_says_what_is_missing(site):
    page = site.visitor().post("/sign-in", name="", password="")
    assert page.status == 422 and "有2处要改" in page.words


def test_the_form_leads_back_to_where_one_wanted_to_go(site, village, with_password):
    browser = site.visitor()
    asked = browser.get("/admin")
    assert (asked.status, asked.location) == (303, "/sign-in?next=/admin")
    assert 'value="/admin"' in browser.get(asked.location).text
    asked = browser.get("/matters/new?community=3&words=修 路")
    form = browser.get(asked.location).text
    assert 'name="next" value="/matters/new?community=3&amp;words=%E4%BF%AE+%E8%B7%AF"' in form


TRICKS = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "/\\/evil.example", "///\\evil.example", "https://evil.example", "https:evil.example", "https:/evil.example",
    "HTTPS://evil.example", "http:evil.example", "ftp://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "vbscript:x", "data:text/html,x", "mailto:a@evil.example", "evil.example", ".evil.example", "@evil.example",
    "?//evil.example", "#//evil.example", "", "/%5cevil.example", "/%5C/evil.example", "%2f%2fevil.example",
    "/%2fevil.example", "/%2Fevil.example", "%5c%5cevil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", "/\r\nset-cookie:x=1", "\n//evil.example", " //evil.example", "/ /evil.example",
    "/\x00/evil.example", "//evil%E3%80%82example", "//[::1]", "http://[::1]", "//0", "//0x7f.1",
    "//evil.example/%2e%2e", "//user:word@evil.example", "///", "//", "\\", "/\\", "//evil.example:80",
    "//evil.example?x", "//evil.example#x", "https://testserver@evil.example", "https://testserver.evil.example",
    "//testserver.evil.example", "about:blank", "blob:x", "file:///etc/passwd", "ws://evil.example",
    "/\x0b/evil.example", "/a\\b",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_leads_off_this_site(trick):
    assert local_path(trick) == "/"


@pytest.mark.parametrize(
    "path", ["/", "/me", "/matters/7?page=2", "/matters?q=%E4%BF%AE%E8%B7%AF", "/log?community=3#entries"]
)
def test_our_own_paths_are_followed(path):
    assert local_path(path) == path


def test_the_form_follows_local_paths_only(site, village, with_password):
    page = site.visitor().post("/sign-in", name=PHONE, password=with_password, next="//evil.example")
    assert (page.status, page.location) == (303, "/")


def test_each_sign_in_has_a_new_token_and_ends_the_one_before(site, village, with_password):
    browser = site.visitor()
    browser.post("/sign-in", name=PHONE, password=with_password)
    first = browser.cookie("sign-in")
    browser.post("/sign-in", name=PHONE, password=with_password)
    second = browser.cookie("sign-in")
    assert first and second and first != second
    thief = site.visitor()
    thief.set_cookie("sign-in", first)
    assert not is_in(thief) and is_in(browser)


def test_a_cookie_chosen_by_a_stranger_never_becomes_a_sign_in(site, village, with_password):
    browser = site.visitor()
    browser.set_cookie("sign-in", "chosen-by-a-stranger")
    browser.post("/sign-in", name=PHONE, password=with_password)
    assert browser.cookie("sign-in") != "chosen-by-a-stranger" and is_in(browser)
    stranger = site.visitor()
    stranger.set_cookie("sign-in", "chosen-by-a-stranger")
    assert not is_in(stranger)


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(site, village, with_password):
    browser = site.visitor()
    header = browser.post("/sign-in", name=PHONE, password=with_password).headers["set-cookie"]
    assert header.startswith("__Host-sign-in=")
    for part in ("Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age="):
        assert part in header
    assert "Domain" not in header


def test_the_database_holds_hashes_of_tokens_and_no_token(site, village, with_password):
    browser = site.visitor()
    url = link_for(site, village["赵敏"])
    browser.post("/sign-in", name=PHONE, password=with_password)
    tokens = [browser.cookie("sign-in"), url.rsplit("/", 1)[1]]
    with site.house.database.read() as session:
        kept = {row.token_hash for row in session.exec(select(SignIn))} | {
            row.token_hash for row in session.exec(select(SignInLink))
        }
        everything = _everything(session)
    for token in tokens:
        assert token_hash(token) in kept
        assert token not in everything
    assert with_password not in everything


def _everything(session: Session) -> str:
    from sqlmodel import SQLModel

    rows = []
    for table in SQLModel.metadata.sorted_tables:
        rows += [repr(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{table.name}"'))]
    return "\n".join(rows)


def test_a_link_is_only_looked_at_by_get_and_used_by_post(site, village):
    url = link_for(site, village["赵敏"])
    browser = site.visitor()
    for _ in range(3):
        assert "以赵敏的身份登录" in browser.get(url).words
    assert not is_in(browser)
    assert browser.post(url).status == 303
    assert "赵敏" in browser.get("/me").words


def test_a_link_works_once(site, village):
    url = link_for(site, village["赵敏"])
    assert site.visitor().post(url).status == 303
    second = site.visitor()
    page = second.post(url)
    assert page.status == 409 and "只能用一次" in page.words
    assert second.get(url).status == 409
    assert not is_in(second)


def test_a_second_click_of_the_same_person_does_no_harm(site, village):
    url = link_for(site, village["赵敏"])
    browser = site.visitor()
    browser.post(url)
    assert browser.post(url).location == "/" and browser.get(url).location == "/"


def test_a_reusable_link_of_the_demo_signs_in_again(site, village):
    url = link_for(site, village["赵敏"], is_reusable=True)
    assert [site.visitor().post(url).status for _ in range(2)] == [303, 303]


def test_an_unknown_link_is_not_there(site):
    assert site.visitor().get("/sign-in/nothing-of-ours").status == 404
    assert site.visitor().post("/sign-in/nothing-of-ours").status == 404


def test_the_link_of_a_closed_account_is_not_there(site, village):
    url = link_for(site, village["赵敏"])
    site.house.database.change(
        lambda session, now: set_disabled(
            session, now, who=person(session, village["赵敏"]), disabled=True, actor=Actor()
        )
    )
    assert site.visitor().post(url).status == 404


def test_signing_out_kills_the_cookie_on_the_server(site, village):
    browser = site.browser(village["李强"])
    token = browser.cookie("sign-in")
    page = browser.post("/sign-out")
    assert page.status == 303 and page.headers["clear-site-data"] == '"cache"'
    assert "Max-Age=0" in page.headers["set-cookie"]
    thief = site.visitor()
    thief.set_cookie("sign-in", token)
    assert not is_in(browser) and not is_in(thief)


def test_what_a_visitor_chose_stays_after_signing_in(site, village, with_password):
    browser = site.visitor()
    browser.post("/preferences", text_size="large")
    browser.post("/preferences", theme="dark")
    browser.post("/sign-in", name=PHONE, password=with_password)
    page = browser.get("/me")
    assert 'data-text="large"' in page.text and 'data-theme="dark"' in page.text


def test_a_hash_made_with_weaker_settings_is_made_anew_at_sign_in(site, village):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a password of old")
    assert needs_rehash(weak)
    site.house.database.change(lambda session, now: set_password_hash(session, person_id=village["李强"], encoded=weak))
    assert site.visitor().post("/sign-in", name=PHONE, password="a password of old").status == 303
    with site.house.database.read() as session:
        kept = person(session, village["李强"]).password_hash
    assert not needs_rehash(kept) and verify_password(kept, "a password of old")


def test_the_stored_hash_is_argon2id_of_the_floor_or_more():
    assert hash_password("whatever it is").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
