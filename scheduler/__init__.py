"""The clock: `python -m scheduler`; jobs call services."""
