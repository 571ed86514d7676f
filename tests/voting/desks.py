"""A count desk in a test: what its people do, each through the verb of the site."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from deliberation.db import Database
from deliberation.voting.count_models import PaperSheet
from deliberation.voting.handing import hand_out, print_ballots, take_back
from deliberation.voting.hands import count_hands, settle_hands
from deliberation.voting.models import Poll, present_people
from deliberation.voting.readings import Found, Mark, correct_reading, read_sheet, settle_sheet
from deliberation.voting.sealing import Stock, break_seals, count_stock, seal_count
from deliberation.voting.signing_in import sign_in_people
from deliberation.voting.withdrawing import find_absent, withdraw_reading
from tests.voting.polls import Meeting

FIRST, SECOND, CHAIR, SUPERVISOR, CLERK = "吴桂兰", "孙立国", "王秀英", "周明", "林涛"


class CountDesk:
    """The desk of one poll; ``who`` acts, a name of the cast."""

    def __init__(self, database: Database, meeting: Meeting, poll_id: int):
        self.database, self.meeting, self.poll_id = database, meeting, poll_id

    def _do(self, verb: Any, who: str, **given: Any) -> Any:
        def act(session, now):
            standing = self.meeting.standing(session, who)
            made = verb(session, now, poll_id=self.poll_id, standing=standing, **given)
            return getattr(made, "id", None)

        return self.database.change(act)

    def print(self, count: int = 500, who: str = CLERK) -> int:
        return self._do(print_ballots, who, count=count)

    def hand(self, *names: str, who: str = CLERK) -> None:
        self._do(hand_out, who, people=[self.meeting.members[name] for name in names])

    def back(self, *names: str, is_spoiled: bool = False, who: str = CLERK) -> None:
        self._do(take_back, who, people=[self.meeting.members[name] for name in names], is_spoiled=is_spoiled)

    def read(self, code: str, choice: str, who: str = FIRST, number: int | None = None, in_hand: bool = True) -> int:
        """The sheet lies before them, whatever the roll says of it."""
        return self._do(read_sheet, who, mark=Mark(choice, code, number, in_hand=in_hand))

    def withdraw(self, sheet_id: int, who: str = FIRST) -> int:
        return self._do(withdraw_reading, who, sheet_id=sheet_id)

    def absent(self, sheet_id: int, who: str = SUPERVISOR, reason: str = "翻遍了箱里的票，没有这个票号") -> None:
        self._do(find_absent, who, sheet_id=sheet_id, reason=reason)

    def both(self, code: str, first: str, second: str | None = None, number: int | None = None) -> None:
        self.read(code, first, FIRST, number)
        self.read(code, second or first, SECOND, number)

    def hand_of(self, name: str, choice: str, who: str = FIRST) -> int:
        return self._do(read_sheet, who, mark=Mark(choice, person_id=self.meeting.members[name]))

    def correct(self, sheet_id: int, typed: str, who: str = FIRST) -> int:
        return self._do(correct_reading, who, sheet_id=sheet_id, typed=typed, note="")

    def settle(
        self,
        sheet_id: int,
        typed: str,
        who: str = SUPERVISOR,
        reason: str = "两人一起看过，勾在赞成栏",
        otherwise: bool = False,
    ) -> None:
        self._do(settle_sheet, who, sheet_id=sheet_id, found=Found(typed, reason, otherwise))

    def hands(self, who: str, among: int, yes: int, no: int = 0, abstain: int = 0) -> int:
        return self._do(count_hands, who, figures={"among": among, "yes": yes, "no": no, "abstain": abstain})

    def settle_hands(self, among: int, yes: int, no: int = 0, abstain: int = 0, who: str = SUPERVISOR) -> int:
        figures = {"among": among, "yes": yes, "no": no, "abstain": abstain}
        return self._do(settle_hands, who, figures=figures, reason="重新数过")

    def stock(self, received: int, left_over: int, strays: int = 0, who: str = FIRST) -> None:
        note = "没有票号" if strays else ""
        self._do(count_stock, who, stock=Stock(received, left_over, strays, note))

    def seal(self, who: str = FIRST) -> None:
        self._do(seal_count, who)

    def unseal(self, who: str = SUPERVISOR) -> None:
        self._do(break_seals, who, reason="有一张票看错了")

    def codes(self) -> dict[str, str]:
        """Name → code of the latest sheet printed for them."""
        names = {id: name for name, id in self.meeting.members.items()}
        with self.database.read() as session:
            rows = session.exec(select(PaperSheet).where(PaperSheet.poll_id == self.poll_id).order_by(PaperSheet.id))
            return {names[row.person_id]: row.code for row in rows if row.code}

    def sheet(self, name: str) -> int:
        with self.database.read() as session:
            code = self.codes()[name]
            return session.exec(select(PaperSheet.id).where(PaperSheet.code == code)).one()

    def arrive(self, *names: str) -> None:
        """The list of presence as it is now, with ticks at these names."""

        def verb(session, now):
            poll, was = session.get(Poll, self.poll_id), present_people(session, self.poll_id)
            here = {self.meeting.members[name] for name in names}
            standing = self.meeting.standing(session, CHAIR)
            sign_in_people(session, now, poll=poll, was=was, here=here, standing=standing)

        self.database.change(verb)
