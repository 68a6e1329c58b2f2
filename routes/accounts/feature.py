"""Accounts, as one feature."""

from routes.accounts import (
    api,
    device_api,
    device_pages,
    factor_pages,
    factors,
    forgotten,
    identities,
    oidc_pages,
    people_pages,
    preference_pages,
    sign_in_pages,
    users,
)
from routes.accounts.commands import accounts
from routes.http.feature import Feature, NavigationItem
from services.actors.actor import Actor
from services.actors.policy import Act, may


def _administers(actor: Actor) -> bool:
    return may(actor, Act.ADMINISTER)


FEATURE = Feature(
    blueprints=(
        *(api.blueprint, factors.blueprint, users.blueprint, identities.blueprint, device_api.blueprint, forgotten.api),
        *(sign_in_pages.blueprint, oidc_pages.blueprint, device_pages.blueprint, forgotten.pages),
        *(people_pages.blueprint, factor_pages.blueprint, preference_pages.blueprint),
    ),
    commands=(accounts,),
    navigation=(
        NavigationItem(
            endpoint="people.people", text="accounts.people", icon="people", order=60, shown_to=_administers
        ),
        NavigationItem(endpoint="people.account", text="accounts.account", icon="key", order=85, at_end=True),
    ),
    opened=frozenset(
        {
            *("auth.register", "auth.log_in", "auth.refresh", "auth.log_out", "auth.reset_password"),
            *("factors.options_to_sign_in", "factors.sign_in_by_passkey"),
            *("accounts.sign_in", "accounts.send_sign_in", "accounts.sign_out", "accounts.send_sign_out"),
            *("accounts.set_up", "accounts.send_set_up", "accounts.join", "accounts.send_join"),
            *("accounts.reset", "accounts.send_reset", "accounts.simple_login"),
            *("device_codes.begin", "device_codes.take"),
            *("forgotten.ask_for_letter", "forgotten_pages.ask", "forgotten_pages.send"),
            *("preferences.page", "preferences.change"),
            *("oidc.log_in", "oidc.callback", "oidc.confirm", "oidc.send_confirm", "oidc.log_out"),
        }
    ),
)
