"""The table of routes of the contact points: each subject has a file of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from deliberation.delivery.letters import LetterSource
from deliberation.jobs import Runner
from deliberation.legislation import (
    routes_adoption,
    routes_answers,
    routes_bringing,
    routes_card,
    routes_carrying,
    routes_comparing,
    routes_consents,
    routes_desk,
    routes_drafts,
    routes_exports,
    routes_feedback,
    routes_layouts,
    routes_offline,
    routes_opinions,
    routes_readings,
    routes_receiving,
    routes_reports,
    routes_solicitations,
    routes_submitting,
    routes_taking,
)
from deliberation.legislation.answering import ANSWER, LETTER, answer_chunk, open_answer, open_answer_to
from deliberation.legislation.draft_doors import against_subject, tell_article
from deliberation.legislation.following import (
    FOLLOW,
    FOLLOW_AGAIN,
    ChunkPrepared,
    catch_up,
    follow_chunk,
    follow_one,
    prepare_again,
)
from deliberation.legislation.opinion_carrying import CARRY, carry_chunk, prepare_carry
from deliberation.legislation.voices_mark import mark_of_article


def follow_by(runner: Runner) -> None:
    """Have what follows opinions be done by this runner: their index, their way to the next version, their answers."""
    prepare_chunk = ChunkPrepared()
    runner.endings.append(prepare_chunk.ahead.close)
    runner.prepares[FOLLOW], runner.works[FOLLOW] = prepare_chunk, follow_chunk
    runner.prepares[FOLLOW_AGAIN], runner.works[FOLLOW_AGAIN] = prepare_again, follow_one
    runner.prepares[CARRY], runner.works[CARRY] = prepare_carry, carry_chunk
    runner.works[ANSWER] = answer_chunk
    runner.daily.append(partial(runner.database.change, catch_up))


def furnish(house: Any) -> None:
    """What falls due by itself in this slice, and what it knows of the words that name its articles."""
    follow_by(house.runner)
    house.subjects["draft"] = against_subject
    house.subject_words["draft"] = tell_article
    house.subject_marks["draft"] = mark_of_article
    house.letters[LETTER] = LetterSource(open_answer, lambda _session, _now, _id: None, open_to=open_answer_to)
    routes_solicitations.furnish(house)
    routes_exports.furnish(house)
    house.home_sections.append(routes_taking.takings_at_home)
    house.home_sections.append(routes_feedback.answers_at_home)


routes = [
    *routes_taking.routes,
    *routes_submitting.routes,
    *routes_feedback.routes,
    *routes_receiving.routes,
    *routes_desk.routes,
    *routes_exports.routes,
    *routes_layouts.routes,
    *routes_reports.routes,
    *routes_opinions.routes,
    *routes_consents.routes,
    *routes_carrying.routes,
    *routes_adoption.routes,
    *routes_answers.routes,
    *routes_offline.routes,
    *routes_solicitations.routes,
    *routes_bringing.routes,
    *routes_card.routes,
    *routes_comparing.routes,
    *routes_drafts.routes,
    *routes_readings.routes,
]
