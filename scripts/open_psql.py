"""Opens psql on the embedded database of `make run`, as the owner of the tables: `make psql`.

Starts the embedded servers when they do not run yet, and stops them in the end when nobody else uses them.
Other arguments go to psql: `.venv/bin/python scripts/open_psql.py -c 'SELECT now()'`.
"""

from __future__ import annotations

import signal
import subprocess
import sys

from backend.launcher import servers
from backend.outside.embedded.programs import find_programs
from backend.settings import load_settings


def main() -> int:
    psql = find_programs().postgres_bin / "psql"
    with servers(load_settings(environment="demo")) as settings:
        # Ctrl-C cancels a statement in psql; it is not for us.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return subprocess.run([psql, settings.owner_database_url, *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
