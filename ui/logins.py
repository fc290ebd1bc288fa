"""Who may see the page: a file of names and hashed passwords."""

import base64
import hashlib
import hmac
import re
import secrets
from pathlib import Path

from rag.errors import SettingsError, UsageError
from rag.index.atomic import write_atomically

# scrypt with the cost that OWASP's password storage cheat sheet gives for 16 MiB
_COST, _BLOCK, _PARALLEL = 2**14, 8, 5
_SALT_BYTES = 16
_NAME = re.compile(r"[\w.@+-]{1,64}")
_SHORTEST = 8  # characters, NIST SP 800-63B
_LONGEST = 1_000
# hashed where the name is not known, so that an answer takes as long
_NOBODY = f"scrypt${'A' * 22}==${'A' * 43}="


def add_login(file: Path, name: str, password: str) -> None:
    """Write a login into `file`, in the place of an older one of the same name.

    Raises UsageError for a name or a password that cannot be used, SettingsError for a
    file that is none of logins.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" cannot be a login; use up to 64 letters, digits and . _ - @ +.'
        )
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise UsageError(f"The password is too short; use {_SHORTEST} characters.")
    logins = read_logins(file) if file.exists() else {}
    logins[name] = _hashed(password, secrets.token_bytes(_SALT_BYTES))
    lines = "".join(f"{one}:{hashed}\n" for one, hashed in logins.items())
    write_atomically(file, lines)
    file.chmod(0o600)


def read_logins(file: Path) -> dict[str, str]:
    """Return the hashed password of each name in `file`; raises SettingsError."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The logins in {file} cannot be read; make them with: newsdesk login NAME "
            f"--auth {file}."
        ) from error
    logins = {}
    for line in lines:
        name, _, hashed = line.partition(":")
        if not _NAME.fullmatch(name) or hashed.count("$") != _NOBODY.count("$"):
            raise SettingsError(
                f"{file} is not a file of logins; make one with: newsdesk login NAME "
                "--auth FILE."
            )
        logins[name] = hashed
    return logins


def may_enter(file: Path, name: str, password: str) -> bool:
    """Whether `password` is that of `name`; takes as long for a name that is none.

    The file is read each time, so that a login that was taken out no longer opens.
    """
    known = read_logins(file).get(name)
    hashed = known or _NOBODY
    salt = base64.b64decode(hashed.split("$")[1])
    same = hmac.compare_digest(_hashed(password[:_LONGEST], salt), hashed)
    return same and known is not None


def _hashed(password: str, salt: bytes) -> str:
    digest = hashlib.scrypt(
        password.encode("utf-8", "replace"),
        salt=salt,
        n=_COST,
        r=_BLOCK,
        p=_PARALLEL,
        dklen=32,
    )
    return (
        f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
    )
