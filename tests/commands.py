"""Commands as a person types them, and what they print; for tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "newsdesk"


@dataclass
class Done:
    """What a command has printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line of an error: anything else on standard error is a fault."""
        assert self.status in {1, 2}
        (line,) = self.err.splitlines()
        assert "Traceback" not in line
        assert line.endswith("."), line
        return line


Run = Callable[..., Done]


def process(*arguments: object, **environment: str) -> Done:
    """Run the installed command as a process of its own."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    return Done(done.returncode, done.stdout, done.stderr)
