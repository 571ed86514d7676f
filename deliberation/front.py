"""The async side of a visit: reads the request, asks the doors, hands reading to threads and changing to the writer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException

from deliberation import stale, templating
from deliberation.calls import TooLarge, asked_for, came_from, make_call, read_body, read_form
from deliberation.db import is_away
from deliberation.forms import FormKey, first_answer, remember_answer
from deliberation.gate import same_origin
from deliberation.mistakes import said_once
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.stale import Stale, typed
from deliberation.together import Together
from deliberation.uploads import MEGABYTE, Parts
from deliberation.vocabulary import _
from deliberation.web import (
    HTML,
    NO_STORE,
    Answer,
    Call,
    NotSignedIn,
    Provisional,
    RouteSpec,
    TooMany,
    Upload,
    Visit,
    redirect,
    token_hash,
)

log = logging.getLogger("deliberation")
readers = ThreadPoolExecutor(max_workers=12, thread_name_prefix="reader")
MOST_FIELDS = 2000
NO = (Refused, Invalid, Missing, NotSignedIn, TooMany)
"""The ways in which an act is refused; then nothing of it was written."""


def make_visit(call: Call, session: Session, now: datetime) -> Visit:
    person = None
    if call.token_hash is not None:
        person = call.house.identify(session, [call.token_hash], now).get(call.token_hash)
    return visit_of(call, session, now, person)


def visits_of(house: Any, session: Session, calls: list[Call], now: datetime) -> list[Visit]:
    """The visits of a crowd, everybody identified in one question."""
    hashes = [call.token_hash for call in calls if call.token_hash is not None]
    people = house.identify(session, hashes, now) if hashes else {}
    return [visit_of(call, session, now, people.get(call.token_hash)) for call in calls]


def visit_of(call: Call, session: Session, now: datetime, person: Any) -> Visit:
    prefix = call.house.cookie_prefix
    if person is not None:
        locale = person.locale or call.locale
        return Visit(call, session, now, person, locale, person.theme, person.text_size)
    theme, size = call.cookies.get(prefix + "theme", ""), call.cookies.get(prefix + "text-size", "")
    return Visit(call, session, now, None, call.locale, theme, size)


async def send_answer(send: Any, call: Call, answer: Any, scope: dict[str, Any], receive: Any) -> None:
    if not isinstance(answer, Answer):  # A Starlette response: a file that is streamed.
        await answer(scope, receive, send)
        return
    headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
    if call.new_visitor and call.method in {"GET", "POST"} and HTML in answer.headers:
        cookie = f"{call.house.cookie_prefix}visitor={call.visitor}; Path=/; HttpOnly; SameSite=Lax{call.house.cookie_suffix}"
        headers.append((b"set-cookie", cookie.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else answer.body})


class Endpoint:
    """The ASGI end of one line of the route table."""

    def __init__(self, house: Any, spec: RouteSpec):
        self.house, self.spec = house, spec
        if not hasattr(spec.handler, "door"):
            raise TypeError(f"{spec.method} {spec.path}: the handler is neither @public nor @signed_in")
        self.door = spec.handler.door
        self._crowds: WeakValueDictionary[str, Together[Call, Any]] = WeakValueDictionary()
        self.bulk = self._do_bulk if spec.bulk else None  # One object, so that neighbours in a batch know each other.

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        call = make_call(self.house, scope)
        if self.spec.embedded:
            call = replace(call, cookies={}, token_hash=None, new_visitor=False)
        try:
            if self.spec.method == "GET":
                answer = await (self._in_crowd(call) if self.spec.together else self._in_thread(self._read, call))
            else:
                await self._take_form(call, scope, receive)
                answer = await self._change(call)
        except ConnectionError:
            return
        except TooLarge:
            answer = await self._refuse(call, too_large(self.house.settings.max_body), 413)
        except Exception as error:
            answer = await self._explain(call, error)
        await send_answer(send, call, answer, scope, receive)

    async def _in_crowd(self, call: Call) -> Any:
        """One crowd for each address, known while anybody waits in it: a hall that comes back keeps no other room waiting."""
        crowd = self._crowds.get(call.path)
        if crowd is None:
            crowd = self._crowds[call.path] = Together(self._read_all, readers)
        return await crowd.answer(call)

    def _in_thread(self, work: Any, *args: Any) -> Any:
        return asyncio.get_running_loop().run_in_executor(readers, work, *args)

    def _read(self, call: Call) -> Any:
        with self.house.database.read() as session:
            visit = make_visit(call, session, self.house.now(session))
            self.door(visit)
            return self.spec.handler(visit)

    def _read_all(self, calls: list[Call]) -> list[Any]:
        """The answers to several who ask at the same moment, each an answer or an exception."""
        with self.house.database.read() as session:
            answers: list[Any] = []
            for visit in visits_of(self.house, session, calls, self.house.now(session)):
                try:
                    self.door(visit)
                    answers.append(self.spec.handler(visit))
                except Exception as error:
                    answers.append(error)
            return answers

    async def _take_form(self, call: Call, scope: dict[str, Any], receive: Any) -> None:
        headers = call.headers
        if not same_origin(headers, self.house.settings, scope.get("scheme", "http")):
            raise Refused(Refusal(_("这个请求不是从本站页面发出的，未予办理"), remedy=_("请回到本站页面重新提交")))
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        settings, too_large = self.house.settings, {}
        if kind == b"multipart/form-data" and self.spec.upload:
            too_large = await self._take_multipart(call, scope, receive, settings.max_upload)
        else:
            body = await read_body(receive, settings.max_body)
            if kind == b"application/x-www-form-urlencoded":
                try:
                    pairs = read_form(body, MOST_FIELDS)
                except ValueError:
                    raise Refused(Refusal(_("表单内容无法读取"), remedy=_("请刷新页面后重试"))) from None
                for name, value in pairs:
                    call.form.setdefault(name, []).append(value)
        if any("\x00" in value for values in call.form.values() for value in values):
            raise Refused(Refusal(_("含有无法保存的字符")))
        if not secrets.compare_digest(call.form.get("token", [""])[-1].encode(), call.form_token.encode()):
            raise Stale
        if too_large:
            raise Invalid(too_large)

    async def _take_multipart(self, call: Call, scope: dict[str, Any], receive: Any, cap: int) -> dict[str, Refusal]:
        most_text = self.house.settings.max_body
        parts = Parts(Headers(scope=scope), receive, cap=cap, most_fields=MOST_FIELDS, most_text=most_text)
        try:
            form = await parts.parse()
        except MultiPartException:
            raise Refused(Refusal(_("表单内容无法读取"), remedy=_("请刷新页面后重试"))) from None
        for name, value in form.multi_items():
            if isinstance(value, str):
                call.form.setdefault(name, []).append(value)
            elif value.filename and name not in parts.too_large:
                call.files[name] = Upload(value.filename, await value.read())
        await form.close()
        return parts.too_large

    async def _change(self, call: Call) -> Any:
        prepared = None
        if self.spec.prepare is not None:
            prepared = await self._in_thread(self._prepare, call)
        future = asyncio.get_running_loop().create_future()
        if self.bulk is not None:
            self.house.database.writer.submit(None, bulk=self.bulk, payload=call, loop_future=future)
            return await future
        try:
            answer = await self._submit_plain(call, prepared, future)
        except NO:  # Of any other failure it is not sure that nothing was committed; the daily sweep looks again.
            await self._put_away(prepared)
            raise
        if isinstance(prepared, Provisional) and not prepared.is_used:  # A repeat of the form's key did nothing.
            await self._put_away(prepared)
        return answer

    async def _put_away(self, prepared: Any) -> None:
        if isinstance(prepared, Provisional):
            await self._in_thread(prepared.discard)

    async def _submit_plain(self, call: Call, prepared: Any, future: asyncio.Future) -> Any:
        writer = self.house.database.writer
        writer.submit(lambda session, now: self._act(call, prepared, session, now), loop_future=future)
        try:
            return await future
        except IntegrityError:
            # Another process was a moment faster with a key that must be unique: now it is there to be seen and said.
            if isinstance(prepared, Provisional):
                prepared.is_used = False  # Its row was rolled back.
            again = asyncio.get_running_loop().create_future()
            writer.submit(lambda session, now: self._act(call, prepared, session, now), loop_future=again)
            return await again

    def _prepare(self, call: Call) -> Any:
        with self.house.database.read() as session:
            visit = make_visit(call, session, self.house.now(session))
            self.door(visit)
            return self.spec.prepare(visit)

    def _act(self, call: Call, prepared: Any, session: Session, now: datetime) -> Any:
        visit = make_visit(call, session, now)
        self.door(visit)
        key = visit.raw("key")[:64]
        who = f"person/{visit.person.id}" if visit.person else f"visitor/{token_hash(call.visitor).hex()[:32]}"
        first = first_answer(session, who, key) if key else None
        if first is not None and first.path == call.path:
            return redirect(first.location or "/")
        answer = self.spec.handler(visit, prepared) if self.spec.prepare is not None else self.spec.handler(visit)
        if key and first is None:
            remember_answer(session, FormKey(who=who, key=key, path=call.path, location=answer.location, at=now))
        return answer

    def _do_bulk(self, session: Session, calls: list[Call], now: datetime) -> list[Any]:
        answers: list[Any] = [None] * len(calls)
        visits, places = [], []
        for place, visit in enumerate(visits_of(self.house, session, calls, now)):
            try:
                self.door(visit)
            except Exception as error:
                answers[place] = error
            else:
                visits.append(visit)
                places.append(place)
        for place, answer in zip(places, self.spec.bulk(session, visits, now), strict=True):
            answers[place] = answer
        return answers

    async def _explain(self, call: Call, error: Exception) -> Answer:
        if isinstance(error, Invalid) and self.spec.again is not None:
            try:
                return await self._in_thread(self._show_again, call, error)
            except Exception as other:  # The form itself may be out of reach by now.
                error = other
        was_signed_in = isinstance(error, NotSignedIn) and call.method == "POST" and call.token_hash is not None
        if isinstance(error, Stale) or (was_signed_in and typed(call) is not None):
            return await self._show_typed(call)
        if isinstance(error, NotSignedIn):
            return redirect(f"/sign-in?next={quote(asked_for(call), safe='/')}")
        if isinstance(error, Missing):
            return await self._error_page(call, "errors/404.html", 404)
        if isinstance(error, TooMany):
            answer = await self._error_page(call, "errors/429.html", 429, seconds=error.seconds)
            answer.headers.append((b"retry-after", str(error.seconds).encode()))
            return answer
        if isinstance(error, Refused):
            return await self._refuse(call, error.refusal, 409 if error.refusal.late else 403)
        if isinstance(error, Invalid):
            first = next(iter(error.errors.values()))
            return await self._refuse(call, first, 422)
        if is_away(error):
            log.error("the database is away: %s %s: %s", call.method, self.spec.path, error)
            back = call.path if call.method == "GET" else came_from(call) or "/"
            answer = await self._error_page(call, "errors/503.html", AWAY, back=back)
            answer.headers.append((b"retry-after", b"5"))
            return answer
        incident = secrets.token_hex(4)
        log.error("incident %s: %s %s", incident, call.method, self.spec.path, exc_info=error)
        return await self._error_page(call, "errors/500.html", 500, incident=incident)

    def _show_again(self, call: Call, error: Invalid) -> Any:
        with self.house.database.read() as session:
            visit = make_visit(call, session, self.house.now(session))
            self.door(visit)
            visit.errors, visit.details = error.errors, error.details
            answer = self.spec.again(visit)
            answer.status, answer.body = 422, said_once(answer.body.decode(), call.path, call.form).encode()
            return answer

    async def _show_typed(self, call: Call) -> Answer:
        """What was typed, on a page from which it is sent again (``stale.py``)."""
        again = typed(call)
        if again is None or b"hx-request" in call.headers:
            return await self._refuse(call, stale.IN_PLACE if again else stale.STALE, 403)
        return await self._error_page(call, "errors/stale.html", 403, typed=again, back=came_from(call))

    async def _refuse(self, call: Call, refusal: Refusal, status: int) -> Answer:
        if b"hx-request" in call.headers:
            html = templating.fragment("errors/_refusal.html", locale=call.locale, refusal=refusal)
            return Answer(status, html.encode(), [HTML, NO_STORE])
        return await self._error_page(call, "errors/refused.html", status, refusal=refusal, back=came_from(call))

    async def _error_page(self, call: Call, template: str, status: int, **context: Any) -> Answer:
        return await self._in_thread(error_page, call, template, status, context)


def too_large(most: int) -> Refusal:
    """Why a form without a file was not read to its end."""
    back = _("请按浏览器的“后退”回到刚才的页面，填写的内容还在，改短后再提交")
    return Refusal(_("提交的内容太大，最多{most}兆"), {"most": max(1, most // MEGABYTE)}, back)


AWAY = 503
IN_PLACE = {
    404: Refusal(_("没有找到，或您无权查看")),
    429: Refusal(_("短时间内试得太多了"), remedy=_("请过一会儿再试")),
    500: Refusal(_("对不起，出错了"), remedy=_("您刚才交的可能没有办成，请过一会儿再看一下")),
    AWAY: Refusal(
        _("网站的数据库现在连不上，可能没有交上"), remedy=_("写好的还在这一页，请过一会儿再交一次，不会重复")
    ),
}
"""What htmx is given where a browser gets an error page: a page inside a page would be no help."""


def error_page(call: Call, template: str, status: int, context: dict[str, Any]) -> Answer:
    """An error in the site's own words; if even the database is away, nobody is known and the page is shown to a visitor."""
    house = call.house
    if b"hx-request" in call.headers and status in IN_PLACE:
        html = templating.fragment("errors/_refusal.html", locale=call.locale, refusal=IN_PLACE[status])
        return Answer(status, html.encode(), [HTML, NO_STORE])
    try:
        if status == AWAY:
            html = templating.render(template, call.locale, visit=visit_of(call, None, house.now(), None), **context)
        else:
            with house.database.read() as session:
                visit = make_visit(call, session, house.now(session))
                html = templating.render(template, visit.locale, visit=visit, **context)
    except Exception:
        log.exception("the error page itself failed")
        return Answer(
            status, _("出错了，请稍后再试。").encode(), [(b"content-type", b"text/plain; charset=utf-8"), NO_STORE]
        )
    return Answer(status, html.encode(), [HTML, NO_STORE])
