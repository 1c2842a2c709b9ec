"""`python -m loadtests.baselines bare|twin|orm`: one baseline's server processes, until SIGTERM."""

from __future__ import annotations

import sys

from loadtests.baselines.serving import serve

BASELINES = ("bare", "twin", "orm")

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in BASELINES:
        sys.exit(__doc__)
    serve(f"loadtests.baselines.{sys.argv[1]}:create_app")
