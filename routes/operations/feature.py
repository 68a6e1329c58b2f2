"""Health, figures and commands, as one feature."""

from routes.http.feature import Feature
from routes.operations import commands, database_commands, health, metrics
from routes.operations.doctor_command import doctor

FEATURE = Feature(
    blueprints=(health.blueprint, metrics.blueprint),
    commands=(*commands.GROUPS, *database_commands.GROUPS, doctor),
    # What they tell besides, they tell whoever runs the server alone.
    opened=frozenset({"health.alive", "health.ready", "metrics.show"}),
)
