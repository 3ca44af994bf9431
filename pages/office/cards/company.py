"""The card of a company."""

from pages.office.cards import party


def render() -> None:
    """Draw the page."""
    party.render("company")
