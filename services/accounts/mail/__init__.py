"""Letters about accounts: a link for a new password, an invitation."""
