"""Settings of requests to addresses that people have named."""

from dataclasses import dataclass

from utils.setting_values import list_of, setting


@dataclass(frozen=True, kw_only=True)
class EgressSettings:
    """Where requests may go besides the public network."""

    egress_allow_hosts: tuple[str, ...] = setting(
        (),
        list_of(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}", "host:port, separated by commas"),
        "Inward hosts that may be fetched from, as host:port separated by commas. Empty: public addresses alone.",
    )
