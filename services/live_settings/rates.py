"""How often one account, or one address, may have something done: live settings, one for each operation."""

from services.live_settings import definition


def _rate(key: str, what: str, default: int) -> definition.Definition[int]:
    return definition.whole(
        f"rate_{key}",
        default=default,
        least=0,
        most=100_000,
        description=f"How many {what} a minute one account may make, or one address where nobody is signed in.",
        effect="In force on every worker with its next requests; 0 sets no limit.",
    )


SIGN_IN = _rate("sign_in", "tries to sign in", 240)
REGISTER = _rate("register", "accounts", 60)
UPLOAD = _rate("upload", "uploads", 0)
IMPORT = _rate("import", "imports", 0)
PROCESS = _rate("process", "wishes for work on films", 0)
TIMING = _rate("timing", "reports of how long pages and films took", 120)

ALL = (SIGN_IN, REGISTER, UPLOAD, IMPORT, PROCESS, TIMING)
