"""`python -m loadtests.baselines bare|twin|orm`: one baseline's server processes, until SIGTERM.

With --smoke they are started as the bench starts them, asked some requests, and stopped; status 1 when one of these
is answered otherwise than with 201.
"""

from __future__ import annotations

import argparse
import sys

from loadtests import crowd
from loadtests.baselines.serving import serve
from loadtests.client import saturate
from loadtests.rig import Rig, new_parser, parse, run
from loadtests.runs import Supply
from loadtests.targets import HOST, Target, running
from loadtests.world import make_world, twin_environment

BASELINES = ("bare", "twin", "orm")
SMOKE_REQUESTS = 50


async def answers(rig: Rig, name: str) -> bool:
    """Start a baseline and send it scans of as many people; whether all were booked in."""
    ids = crowd.citizens(SMOKE_REQUESTS)
    world = await make_world(rig.servers, "baseline", ids, badges=SMOKE_REQUESTS)
    supply = Supply(crowd.scans(ids, world.settings, lambda done: None))
    environment = world.environment if name == "orm" else twin_environment()
    with running(Target(name, ("loadtests.baselines", name), environment, rig.processes)) as there:
        found = await saturate(HOST, there.port, supply, connections=4, seconds=20, warm_up_s=0)
    rig.say(f"{name}: {found.statuses}")
    return found.statuses == {201: SMOKE_REQUESTS}


def parser() -> argparse.ArgumentParser:
    made = new_parser("baselines", __doc__)
    made.add_argument("name", choices=BASELINES)
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments)
    if chosen.smoke:
        return run("baselines", lambda rig: answers(rig, chosen.name), is_smoke=True)
    serve(f"loadtests.baselines.{chosen.name}:create_app")
    return 0


if __name__ == "__main__":
    sys.exit(main())
