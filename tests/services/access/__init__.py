"""Accounts, sign-in, sessions."""
