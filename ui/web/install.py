"""What lets a browser install the page as an application of its own."""

from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# where gradio's page looks for them; all addresses in them are relative: a reverse
# proxy may serve the page below a path
_FILES = {
    "manifest.json": "application/manifest+json",
    "icon.svg": "image/svg+xml",
    "worker.js": "text/javascript",
}


def _sent(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    content = resources.files("ui.web").joinpath(name).read_bytes()
    return Response(content, media_type=_FILES[name])


ROUTES = tuple(Route(f"/{name}", _sent) for name in _FILES)
