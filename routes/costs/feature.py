"""Costs, as one feature."""

from routes.costs import commands
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(), commands=(commands.prices,))
