"""Tests that drive Chromium against the real server."""
