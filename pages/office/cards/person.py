"""The card of a person."""

from pages.office.cards import party


def render() -> None:
    """Draw the page."""
    party.render("person")
