"""An inspection counts for what was inspected, so the dossier knows what that was."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_inspections_say_of_what"
down_revision = "20261129_rulings_and_charters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proceeding", sa.Column("looked_at", sa.String(), nullable=False, server_default=""))
    # What the supervisors looked at so far stands with the inspections themselves.
    op.execute(
        "UPDATE proceeding SET looked_at = "
        "(SELECT inspection.subject FROM inspection WHERE proceeding.subject = 'inspection/' || inspection.id) "
        "WHERE kind = 'inspection' AND EXISTS "
        "(SELECT 1 FROM inspection WHERE proceeding.subject = 'inspection/' || inspection.id)"
    )


def downgrade() -> None:
    op.drop_column("proceeding", "looked_at")
