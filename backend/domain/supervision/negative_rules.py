"""Rules of the negative list (负面清单: 投机、炒作、欺诈等失信), and the thresholds that its detectors look for."""

from __future__ import annotations

import msgspec


class NegativeRuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule, published as it stands, and what its detector calls many."""

    code: str
    name: dict[str, str]
    about: dict[str, str]
    window_days: int
    """How far back the detector looks."""
    count_min: int
    """Accounts, refusals, organisations or rejected actions; of speculation how many times the need."""
    share_pct_min: int = 0
    grams_min: int = 0
