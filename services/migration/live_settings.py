"""The keys of buckets, which an administrator sets while the server runs."""

from services.live_settings import definition


def _key(key: str, what: str) -> definition.Definition[str]:
    return definition.secret(
        key,
        description=f"{what}.",
        effect="Buckets are read with it from the next migration on; without both, none are.",
    )


S3_ACCESS = _key("s3_access_key_id", "The id of a key that may list and read buckets at S3")
S3_SECRET = _key("s3_secret_access_key", "The secret of the same key at S3")
ALL = (S3_ACCESS, S3_SECRET)
