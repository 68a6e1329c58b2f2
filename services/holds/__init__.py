"""Legal holds: what may be evidence is deleted by nobody."""
