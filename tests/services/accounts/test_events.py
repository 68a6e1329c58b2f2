"""What happens to people and settings is said to everyone who wants to know, and secrets are not."""

from dataclasses import replace

from services.accounts.user import Preferences
from services.assembly import Services
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.people import PreferencesUpdated, SettingChanged, UserCreated, UserLogin, UserLogout
from tests.accounts import SOMEWHERE, an_account, as_actor, attempt

WANTED = (UserCreated, UserLogin, UserLogout, PreferencesUpdated, SettingChanged)


def test_what_happens_to_people_and_settings_is_said(services: Services) -> None:
    heard: list[Said] = []
    services.platform.events.listen(Listener(name="test", wants=WANTED, take=heard.append, at_once=True))
    user = an_account(services)
    _, cookie = services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    admin = as_actor(user)
    services.accounts.own.prefer(user, Preferences(theme="dark"), by=admin)
    services.live_settings.put("lockout_tries", 3, by=admin)
    services.live_settings.reset("lockout_tries", by=admin)
    found = services.accounts.credentials.of_cookie(cookie)
    assert found is not None
    services.accounts.credentials.end_found(found, by=replace(admin, address="192.0.2.7"))
    assert [each.event for each in heard] == [
        UserCreated(user_id=user.id, username="mira", role="ADMIN"),
        UserLogin(user_id=user.id, method="password"),
        PreferencesUpdated(user_id=user.id, changed={"theme": "dark"}),
        SettingChanged(setting="lockout_tries", value=3),
        SettingChanged(setting="lockout_tries"),
        UserLogout(user_id=user.id),
    ]
