"""People, and by what they come in. Of everything that lets somebody in, only a hash is kept."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Table, Text

from services.database.tables import PREFIX, Key, metadata

users = Table(
    f"{PREFIX}users",
    metadata,
    Column("id", Key, primary_key=True),
    Column("username", Text),
    # Names as they are compared: folded, so that nobody can have almost the same one.
    Column("username_key", Key, unique=True),
    Column("email", Text),
    Column("email_key", Key, unique=True),
    Column("password", Text),
    Column("role", Key, nullable=False),
    Column("activated_at", BigInteger),
    Column("deactivated_at", BigInteger),
    Column("preferences", Text, nullable=False),
    Column("authorized_modules", Text),
    Column("module_preferences", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger),
    # Stands here besides the factors themselves, because each request asks for it.
    Column("two_factor_since", BigInteger),
)

one_time_addresses = Table(
    f"{PREFIX}one_time_addresses",
    metadata,
    Column("token_hash", Key, primary_key=True),
    Column("purpose", Key, nullable=False),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

sessions = Table(
    f"{PREFIX}sessions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("token_hash", Key, nullable=False, unique=True),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("address", Text),
    Column("device", Text),
    # The issuer at which its person has signed in; none for a sign-in here.
    Column("provider", Text),
    Column("proved_at", BigInteger),
    Column("remembered", Boolean),
)

token_families = Table(
    f"{PREFIX}token_families",
    metadata,
    Column("id", Key, primary_key=True),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("address", Text),
    Column("device", Text),
    # What the programs may do at most; none where it is all that their person may.
    Column("scopes", Text),
    Column("proved_at", BigInteger),
)

refresh_tokens = Table(
    f"{PREFIX}refresh_tokens",
    metadata,
    Column("token_hash", Key, primary_key=True),
    Column("family_id", Key, ForeignKey(token_families.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("spent_at", BigInteger),
)

personal_tokens = Table(
    f"{PREFIX}personal_tokens",
    metadata,
    Column("id", Key, primary_key=True),
    Column("token_hash", Key, nullable=False, unique=True),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
)

tries = Table(
    f"{PREFIX}sign_in_tries",
    metadata,
    # Whose tries they are: an account's, a name's that nobody has, or an address's.
    Column("subject", Key, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("locked_until", BigInteger),
    Column("locks", BigInteger, nullable=False),
)

totp = Table(
    f"{PREFIX}totp",
    metadata,
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    # The half minute of the last code that was taken: neither it nor one before it is taken again.
    Column("last_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    f"{PREFIX}recovery_codes",
    metadata,
    Column("code_hash", Key, primary_key=True),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
)

passkeys = Table(
    f"{PREFIX}passkeys",
    metadata,
    Column("id", Key, primary_key=True),
    Column("credential_id", Key, nullable=False, unique=True),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
)

spent_challenges = Table(
    f"{PREFIX}spent_challenges",
    metadata,
    Column("challenge_hash", Key, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
