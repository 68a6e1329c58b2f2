"""How many attempts at a job ended without a word."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_2"
down_revision = "device_1"


def upgrade() -> None:
    """Add the column. The version before leaves it at its default."""
    op.add_column("reelgate_jobs", sa.Column("silences", sa.Integer(), nullable=False, server_default="0"))
