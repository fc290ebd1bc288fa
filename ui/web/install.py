"""What lets a browser install the page as an application of its own."""

from __future__ import annotations

from importlib import resources

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# all addresses are relative: a reverse proxy may serve the page below a path
_MANIFEST = {
    "name": "newsdesk",
    "short_name": "newsdesk",
    "description": "Ask articles; every sentence opens its source.",
    "start_url": "./",
    "scope": "./",
    "display": "standalone",
    "background_color": "#f3f4f0",
    "theme_color": "#17604a",
    "icons": [
        {"src": "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    ],
}


def _manifest(_: Request) -> Response:
    return JSONResponse(_MANIFEST, media_type="application/manifest+json")


def _icon(_: Request) -> Response:
    return Response(_data("icon.svg"), media_type="image/svg+xml")


def _worker(_: Request) -> Response:
    return Response(_data("worker.js"), media_type="text/javascript")


def _data(name: str) -> bytes:
    return resources.files("ui.web").joinpath(name).read_bytes()


ROUTES = (
    Route("/manifest.json", _manifest),  # where gradio's page looks for it
    Route("/icon.svg", _icon),
    Route("/worker.js", _worker),
)
