"""Tests: mirrors the rooms; browser/ drives Chromium, bench/ measures."""
