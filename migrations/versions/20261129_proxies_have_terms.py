"""How many proxies one person may hold is frozen: with a poll at its opening, with a meeting at its convening.

Polls and meetings that are not over take the limit that holds today, so that nothing is loosened by this script.
A later script that rebuilds ``poll`` or ``meeting`` on SQLite loses these triggers there and makes them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_proxies_have_terms"
down_revision = "20261129_what_polls_froze_stays"
branch_labels = None
depends_on = None

STAYS = {
    "poll": ("meeting_id", "proxy_limit", "proxy_limit_source"),
    "meeting": (
        "community_id", "matter_id", "step", "body", "preset", "convened_at", "follows_id", "proxy_limit",
        "proxy_limit_source",
    ),
}  # fmt: skip
SAID = {
    "poll": "what an opened poll froze is never changed",
    "meeting": "what a convened meeting froze is never changed",
}
OWNERS = ("owners_ordinary", "owners_special")
OVER = {"poll": "closed_at", "meeting": "ended_at"}


def upgrade() -> None:
    for table in STAYS:
        op.add_column(table, sa.Column("proxy_limit", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("proxy_limit_source", sa.String(), nullable=False, server_default=""))
    _fill()
    for table, names in STAYS.items():
        _guard(table, names)


def _fill() -> None:
    """The nearest setting of the community or of one above it, for what still takes proxies."""
    bind = op.get_bind()
    found = bind.execute(
        sa.text("SELECT community_id, value, source FROM local_setting WHERE name = 'three_proxies'")
    ).all()
    said = {community: (value, source) for community, value, source in found}
    if not said:
        return
    lineages = dict(bind.execute(sa.text("SELECT id, lineage FROM community")).all())
    for table, over in OVER.items():
        asked = sa.text(f"SELECT id, community_id FROM {table} WHERE {over} IS NULL AND preset IN {OWNERS}")
        for row, community in bind.execute(asked).all():
            above = [int(part) for part in lineages[community].split("/") if part]
            value, source = next((said[each] for each in reversed(above) if each in said), ("", ""))
            if value == "yes":
                put = sa.text(f"UPDATE {table} SET proxy_limit = 3, proxy_limit_source = :source WHERE id = :id")
                bind.execute(put, {"source": source, "id": row})


def _guard(table: str, names: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in names)
        op.execute(
            f'CREATE TRIGGER {table}_terms_stay BEFORE UPDATE OF {", ".join(names)} ON "{table}" '
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{SAID[table]}'); END"
        )
        return
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
    op.execute(
        f"CREATE FUNCTION {table}_terms_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {changed} THEN RAISE EXCEPTION '{SAID[table]}' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_terms_stay BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_terms_stay()"
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in STAYS:
        op.execute(f"DROP TRIGGER {table}_terms_stay" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {table}_terms_stay()")
        op.drop_column(table, "proxy_limit_source")
        op.drop_column(table, "proxy_limit")
