"""Who is drawn depends on the seed and the numbers, and on nothing else."""

from __future__ import annotations

from backend.domain.organisations.remits import Remit, Remits
from backend.domain.supervision.sampling import drawn, new_seed

NUMBERS = [f"TF-ABCDE-{number:04}" for number in range(400)]


def test_the_same_seed_draws_the_same_ones_in_whatever_order_the_numbers_come() -> None:
    first = drawn("seed", NUMBERS, 7)
    assert drawn("seed", reversed(NUMBERS), 7) == first
    assert drawn("seed", NUMBERS, 5) == first[:5]
    assert drawn("other", NUMBERS, 7) != first


def test_every_certificate_may_be_drawn_and_none_is_preferred() -> None:
    hits = [number for _ in range(300) for number in drawn(new_seed(), NUMBERS, 4)]
    most = max(hits.count(number) for number in set(hits))
    assert len(set(hits)) > 340
    assert most < 15


def test_a_remit_covers_its_agency_and_its_city_under_both_names() -> None:
    remits = Remits([Remit("sport", None), Remit(None, "绵阳", "Mianyang")])
    assert remits.covers("sport", "成都")
    assert remits.covers("culture_tourism", "Mianyang")
    assert not remits.covers("culture_tourism", "成都")
    assert not remits.covers(None, None)
    assert list(zip(remits.agencies, remits.cities, strict=True)) == [
        ("sport", None),
        (None, "绵阳"),
        (None, "Mianyang"),
    ]
    assert Remits().covers(None, None)
    # A remit that is bounded by nothing does not exist; one that names a city does not cover what has none.
    assert not Remits([Remit(None, "绵阳")]).covers("sport", None)
