"""HTTP routes: sign-in, rows of the grid, files, health. The gate stands before all of them."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """All routes of the product; each module lists its own."""
    from pages.api import health, sign_in  # noqa: PLC0415 - they import this package

    return [*sign_in.routes, *health.routes, *own_routes()]


def own_routes() -> list[BaseRoute]:
    """Those that the gate serves by itself: everything under /api/ and /files/, and personal links."""
    from pages.api import files, links, tables  # noqa: PLC0415

    return [*tables.routes, *files.routes, *links.routes]
