"""Settings of how people sign in, besides by what they have here."""

from dataclasses import dataclass

from utils.setting_values import Secret, matching, secret, setting, smtp, truth


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """An OpenID provider, and a mail server for what is forgotten."""

    oidc_issuer: str | None = setting(
        None,
        matching(
            r"https://[^\s?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^\s?#]*)?",
            "an https URL such as https://login.microsoftonline.com/TENANT/v2.0",
        ),
        "The OpenID provider by which people can sign in as well, by the name that its discovery document says.",
    )
    oidc_client_id: str | None = setting(
        None,
        matching(r"[!-~]{1,255}", "what the provider calls this app"),
        "What this app is called there; its redirect URI is /auth/oidc/callback.",
    )
    oidc_client_secret: Secret | None = setting(
        None,
        secret(r"[!-~]{1,1024}", "printable characters without spaces"),
        "By what the provider knows this app. Empty: a public client.",
    )
    oidc_role_claim: str | None = setting(
        None,
        matching(r"[!-~]{1,255}", "the name of a claim such as roles"),
        "The claim that names ADMIN, MANAGER, USER or READONLY: `roles` in Entra ID. Empty: roles are given here.",
    )
    smtp_url: Secret | None = setting(
        None,
        smtp,
        "The server for letters about accounts: smtps://name:password@host?from=address; smtp:// with STARTTLS.",
    )
    website_auth_enabled: bool = setting(
        default=False,
        read=truth,
        description="true where App Service's sign-in is on, which sets this itself; else its headers can be forged.",
    )
