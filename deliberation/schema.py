"""Every table of the house, imported in one place for migrations and tests."""

from deliberation import files, forms, jobs, outbox
from deliberation.assemblies import models as assemblies
from deliberation.audit import models as audit
from deliberation.communities import models as communities
from deliberation.delivery import models as delivery
from deliberation.followup import models as followup
from deliberation.identity import models as identity
from deliberation.legislation import (
    adoption_models,
    desk_models,
    draft_models,
    export_models,
    feedback_models,
    index_models,
    layout_models,
    opinion_models,
    receipt_models,
    report_models,
    solicitation_models,
    submission_models,
    tier_models,
)
from deliberation.matters import answer_models, charter_models, concern_models, demand_models, ruling_models
from deliberation.matters import models as matters
from deliberation.rooms import (
    chairing_models,
    content_models,
    convening_models,
    gauge_models,
    map_models,
    minutes_models,
    question_models,
)
from deliberation.rooms import models as rooms
from deliberation.voting import box_models as voting_box
from deliberation.voting import count_models as voting_count
from deliberation.voting import models as voting

__all__ = [
    "adoption_models",
    "answer_models",
    "assemblies",
    "audit",
    "chairing_models",
    "charter_models",
    "communities",
    "concern_models",
    "content_models",
    "convening_models",
    "delivery",
    "demand_models",
    "desk_models",
    "draft_models",
    "export_models",
    "feedback_models",
    "files",
    "followup",
    "forms",
    "gauge_models",
    "identity",
    "index_models",
    "jobs",
    "layout_models",
    "map_models",
    "matters",
    "minutes_models",
    "opinion_models",
    "outbox",
    "question_models",
    "receipt_models",
    "report_models",
    "rooms",
    "ruling_models",
    "solicitation_models",
    "submission_models",
    "tier_models",
    "voting",
    "voting_box",
    "voting_count",
]
