"""Accounts, sign-in, sessions, roles, the one permission check."""
