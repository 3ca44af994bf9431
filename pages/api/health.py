"""/health for load balancers and monitoring: open to anybody, so it says nothing about the data or the machine."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services import health, scheduling
from services.work import reading


def show(_request: Request) -> JSONResponse:
    """200 while people can work, 503 otherwise; `status` is «ok», «degraded» (something waits: `alarms`) or «down»."""
    with reading() as session:
        found = health.check(session)
        alarms = [alarm.code for alarm in scheduling.current(session)] if found.serves else []
    status = "down" if not found.serves else "degraded" if alarms else "ok"
    scheduler = {"alive": found.scheduler, "seen_at": found.seen_at.isoformat() if found.seen_at else None}
    return JSONResponse(
        {
            "status": status,
            "database": "ok" if found.database else "unreachable",
            "migrations": "ok" if found.migrations else "pending",
            "scheduler": scheduler,
            "alarms": alarms,
        },
        status_code=200 if found.serves else 503,
        headers={"cache-control": "no-store"},
    )


routes = [Route("/health", show)]
