"""Reminders: the rules, what they will send, to whom and why, what they sent."""
