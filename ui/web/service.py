"""How the page is served: address, port, who may enter."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import UsageError
from ui.logins import read_logins
from ui.web.guard import is_loopback

_PORTS_TRIED = 100


@dataclass(frozen=True, slots=True)
class Service:
    """How the page is served.

    A taken `port` gives way to the next. `auth` is a file of logins (`ui.logins`); a
    `host` beyond loopback needs it, or `insecure`. With `read_only` nobody adds
    articles. `public_url` is the address under which a reverse proxy serves the page.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    auth: Path | None = None
    insecure: bool = False
    read_only: bool = False
    public_url: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the page."""
        return is_loopback(self.host)

    @property
    def private(self) -> bool:
        """Whether whoever uses the page is whoever runs it."""
        public = self.auth or self.read_only or self.public_url
        return self.loopback and not public

    def checked(self) -> Service:
        """Return it with a free port; raises UsageError, SettingsError."""
        if self.auth:
            read_logins(self.auth)
        elif not self.loopback and not self.insecure:
            raise UsageError(
                f"Everybody who can reach {self.host} could read these articles and "
                "ask at your expense; give --auth FILE (made by: newsdesk login NAME "
                "--auth FILE), or --insecure if this is meant."
            )
        if self.public_url and not urlsplit(self.public_url).hostname:
            raise UsageError(
                f'--public-url "{self.public_url}" is no address; give one such as '
                "https://example.org/news."
            )
        return replace(self, port=_free_port(self.host, self.port))


def _free_port(host: str, port: int) -> int:
    """Return the first port from `port` on that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        try:
            with socket.create_server((host, candidate), family=family):
                return candidate
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                why = str(error.strerror).partition(" (")[0]
                raise UsageError(
                    f"The page cannot be served on {host} ({why}); "
                    "give an address of this machine."
                ) from error
    raise UsageError(
        f"No port from {port} to {port + _PORTS_TRIED - 1} is free on {host}; "
        "choose another."
    )
