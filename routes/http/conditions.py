"""The version that a request is about, as its headers name it."""

from flask import request

from services.library.conditions import Condition


def asked_condition() -> Condition:
    """What the current request says over what may be written."""
    return Condition(if_match=request.headers.get("If-Match"), if_none_match=request.headers.get("If-None-Match"))
