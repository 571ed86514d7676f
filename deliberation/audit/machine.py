"""For machines that watch the machine: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

import logging
import secrets

from sqlalchemy import text as sql

from deliberation.audit.models import log_heads
from deliberation.refusal import Missing
from deliberation.web import Answer, Visit, public, text

log = logging.getLogger(__name__)


@public
def health(visit: Visit) -> Answer:
    """200 when this process reads and writes: an empty change goes through the writer's door and is committed."""
    try:
        visit.session.execute(sql("SELECT 1"))
        visit.house.database.change(lambda session, _now: session.execute(sql("SELECT 1")).scalar())
    except Exception:
        log.exception("healthz: cannot read or write")
        return text("cannot read or write\n", status=503)
    return text("ok\n")


@public
def metrics(visit: Visit) -> Answer:
    """Prometheus text, for who has the token of the settings (``Authorization: Bearer …``). Raises Missing."""
    token = visit.house.settings.metrics_token
    said = visit.call.headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ").strip()
    if not token or not secrets.compare_digest(said.encode(), token.encode()):
        raise Missing
    return text("\n".join(_lines(visit)) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(visit: Visit) -> list[str]:
    house = visit.house
    counts = house.hub.counts()
    lines = [
        "# HELP deliberation_sockets Open sockets of this process.",
        "# TYPE deliberation_sockets gauge",
        f"deliberation_sockets {sum(counts.values())}",
        "# HELP deliberation_topics Topics that somebody follows in this process.",
        "# TYPE deliberation_topics gauge",
        f"deliberation_topics {len(counts)}",
        "# HELP deliberation_signer_refusals Logs that the signer inside this process refuses to sign.",
        "# TYPE deliberation_signer_refusals gauge",
        f"deliberation_signer_refusals {len(house.signer.refusals) if house.signer else 0}",
        "# HELP deliberation_log_size Entries of a community's log.",
        "# TYPE deliberation_log_size gauge",
    ]
    heads = log_heads(visit.session)
    return lines + [f'deliberation_log_size{{community="{head.community_id}"}} {head.size}' for head in heads]
