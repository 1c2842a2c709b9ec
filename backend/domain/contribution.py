"""Offset or contribution: what an attendee pays for beyond what the organiser leaves open offsets nothing."""

from __future__ import annotations

from typing import Literal

Claim = Literal["offset", "contribution"]
"""Whether anything of it is no offset: `contribution` as soon as a gram goes beyond what the organiser leaves open."""


def contribution_g(grams: int, total_g: int, neutralised_g: int) -> int:
    """Of `grams` held for a footprint of `total_g`, those that are a contribution and no offset.

    The organiser neutralises `neutralised_g` of that footprint; a second claim to the same grams would count them
    twice. read_event_contributions.sql sums the same rule over an event; a test holds the two equal.
    """
    return max(0, grams - (total_g - neutralised_g))


def claim_of(beyond_g: int) -> Claim:
    """What an offset is called of which `beyond_g` are a contribution."""
    return "contribution" if beyond_g else "offset"
