"""The whole edge as one ASGI application: hot doors by their path, and FastAPI for what operators ask."""

import hmac
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway import __version__
from gateway.store.store import Store
from gateway.web import meters
from gateway.web.asgi import Door, Receive, Scope, Send
from gateway.web.meters import Meters


class Edge:
    """Hands each request to the door of its path, or of the first step of it; a hot door pays for no framework."""

    def __init__(self, doors: Mapping[str, Door], others: FastAPI) -> None:
        self._doors = doors
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        door = self._door(scope["path"]) if scope["type"] == "http" else None
        await (door or self._others)(scope, receive, send)

    def _door(self, path: str) -> Door | None:
        return self._doors.get(path) or self._doors.get(f"/{path[1:].partition('/')[0]}")


class Front:
    """What stands before the doors: others may take their place, whole, between any two requests."""

    def __init__(self, doors: Door) -> None:
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event by the doors of now; who is inside is served by the doors it came in by."""
        await self.doors(scope, receive, send)


def operators(store: Store, counts: Meters, *, token: str) -> FastAPI:
    """Health, readiness and figures."""
    app = FastAPI(title="Verwijsindex gateway", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether this process runs."""
        return {"status": "ok", "version": __version__}

    @app.get("/ready")
    def ready() -> Response:
        """Whether it can accept: the store answers."""
        try:
            store.read.alive()
        except Exception:  # noqa: BLE001  whatever it is, we are not ready
            return JSONResponse({"status": "store"}, status_code=503)
        return JSONResponse({"status": "ok"})

    @app.get("/metrics")
    def metrics(request: Request) -> Response:
        """Figures for who has the token."""
        said = request.headers.get("authorization", "")
        if not token or not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        return Response(counts.exposition(), media_type=meters.CONTENT_TYPE)

    return app
