"""What Schemathesis has to know of our media types; it loads this by the name in SCHEMATHESIS_HOOKS."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
