"""Whom a request counts for, where clients share what there is."""

from flask import request

from utils.hosts import client_network


def client() -> str:
    """The client's IPv4 address, or its IPv6 /64."""
    return client_network(request.remote_addr or "")
