"""Offset or contribution: what an attendee pays for beyond what the organiser leaves open offsets nothing."""

from __future__ import annotations


def contribution_g(grams: int, total_g: int, neutralised_g: int) -> int:
    """Of `grams` held for a footprint of `total_g`, those that are a contribution and no offset.

    The organiser neutralises `neutralised_g` of that footprint; a second claim to the same grams would count them
    twice (ISO 14068-1, double counting). read_event_contributions.sql sums the same rule; a test holds them equal.
    """
    return max(0, grams - (total_g - neutralised_g))
