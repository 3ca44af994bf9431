"""HTTP routes: sign-in, rows of the grid, files, health. The gate stands before all of them."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """All routes of the product; each module lists its own."""
    from pages.api import files, health, sign_in, tables  # noqa: PLC0415 - they import this package

    return [*sign_in.routes, *health.routes, *tables.routes, *files.routes]
