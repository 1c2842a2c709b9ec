"""`python -m backend.outside.embedded guard DIRECTORY LOCK_FD`: only the program itself calls this."""

from __future__ import annotations

import sys
from pathlib import Path

from backend.outside.embedded.guard import guard

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] != "guard":
        sys.exit(__doc__)
    guard(Path(sys.argv[2]), int(sys.argv[3]))
