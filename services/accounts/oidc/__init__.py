"""Signing in at an OpenID provider, such as Entra ID."""
