"""Every domain error there is, found by its family, wherever its slice keeps it."""

import importlib
import pkgutil

import services
from services.errors import ReelgateError


def domain_errors() -> list[type[ReelgateError]]:
    """All of them, by name."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    found, left = {ReelgateError}, [ReelgateError]
    while left:
        for each in left.pop().__subclasses__():
            if each.__module__.endswith(".errors") and each not in found:
                found.add(each)
                left.append(each)
    return sorted(found, key=lambda each: each.__name__)
