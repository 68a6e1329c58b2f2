"""What people prove themselves by besides the password: codes of an app, recovery codes, passkeys."""
