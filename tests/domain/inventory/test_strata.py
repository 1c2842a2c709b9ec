"""People who did not scan are filled in by stratum, with an interval that holds what it promises."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec
import pytest

from backend.domain.inventory.strata import (
    STRATUM_SCANS_MIN,
    Headcount,
    People,
    Scanned,
    choose_headcounts,
    fill_in,
    t_quantile,
)

DAY, NEXT_DAY = date(2026, 11, 1), date(2026, 11, 2)
DEFAULTS: Mapping[str, Mapping[str, int]] = {
    "none": {"travel_local": 500},
    "local": {"travel_local": 500},
    "national": {"travel_intercity": 90_000, "lodging": 50_000},
}


def scanned(category: str, day: date | None, totals: list[int]) -> Scanned:
    return Scanned(
        category=category,
        day=day,
        people=len(totals),
        sum_g=sum(totals),
        square_g2=sum(total**2 for total in totals),
        by_source={"travel_intercity": sum(totals)},
    )


def listed(category: str, day: date | None, people: int) -> Headcount:
    return Headcount("list", category, day, people)


def test_who_scanned_counts_as_they_said_when_everybody_did() -> None:
    found = fill_in([listed("local", None, 3)], [scanned("local", DAY, [1, 2, 3])], DEFAULTS, 50)
    assert (found.people, found.scanned, found.total_g, found.half_width_g) == (3, 3, 6, 0)
    assert (found.low_g, found.high_g) == (6, 6)
    assert [each.method for each in found.strata] == ["counted"]


def test_the_rest_of_a_stratum_has_the_mean_of_who_scanned_rounded_up() -> None:
    totals = [10, 20, 30, 40, 51, 61, 70, 80, 90, 100]
    found = fill_in([listed("local", None, 17)], [scanned("local", DAY, totals)], DEFAULTS, 50)
    [stratum] = found.strata
    assert (stratum.method, stratum.filled_in, stratum.filled_g) == ("own", 7, -(-7 * 552 // 10))
    assert (stratum.scanned_g, found.total_g) == (552, 552 + 387)
    mean = Fraction(552, 10)
    variance = sum((total - mean) ** 2 for total in totals) / 9
    half = 2.262 * math.sqrt(17 * 7 * variance / 10)
    assert found.half_width_g == math.ceil(half)


def test_days_of_a_list_are_strata_and_a_list_without_days_has_one() -> None:
    scans = [scanned("local", DAY, [10] * 10), scanned("local", NEXT_DAY, [30] * 10)]
    by_day = fill_in([listed("local", DAY, 20), listed("local", NEXT_DAY, 10)], scans, DEFAULTS, 50)
    assert [(each.day, each.filled_g) for each in by_day.strata] == [(DAY, 100), (NEXT_DAY, 0)]
    in_all = fill_in([listed("local", None, 30)], scans, DEFAULTS, 50)
    assert [(each.day, each.filled_g) for each in in_all.strata] == [(None, 200)]


def test_too_few_scans_borrow_the_categorys_mean_and_people_of_no_category_the_events() -> None:
    varied = [100, 200, 300, 400, 500, 600, 700]
    few = [50] * (STRATUM_SCANS_MIN - 1)
    scans = [scanned("national", DAY, varied), scanned("national", NEXT_DAY, few), scanned("none", DAY, [7])]
    lists = [
        listed("national", DAY, 7),
        listed("national", NEXT_DAY, 109),
        listed("none", DAY, 101),
    ]
    found = fill_in(lists, scans, DEFAULTS, 50)
    borrowed = {(each.category, each.day): each for each in found.strata}
    category = borrowed["national", NEXT_DAY]
    assert (category.method, category.filled_g) == ("category", -(-100 * (sum(varied) + sum(few)) // 16))
    event = borrowed["none", DAY]
    assert (event.method, event.filled_g) == ("event", -(-100 * (sum(varied) + sum(few) + 7) // 17))
    own = fill_in([listed("national", None, 116)], [scanned("national", DAY, varied + few)], DEFAULTS, 50)
    assert category.half_width_g > own.half_width_g


def test_where_nobody_told_enough_the_default_profile_stands_in_with_all_its_uncertainty() -> None:
    lists = [listed("national", None, 100), listed("local", None, 10)]
    found = fill_in(lists, [scanned("local", DAY, [281])], DEFAULTS, 50)
    assert {each.category: each.method for each in found.strata} == {
        "national": "default",
        "local": "default",
    }
    filled = 100 * 140_000 + 9 * 500
    assert (found.total_g, found.half_width_g) == (281 + filled, filled // 2)
    assert found.by_source["lodging"] == 100 * 50_000


def test_a_crowd_that_scans_and_tells_nothing_is_as_uncertain_as_the_profile() -> None:
    silent = msgspec.structs.replace(scanned("local", DAY, [100] * 10), default_g=1000)
    found = fill_in([listed("local", None, 30)], [silent], DEFAULTS, 50)
    assert (found.total_g, found.half_width_g) == (3000, 1500)
    assert (found.low_g, found.strata[0].low_g) == (1500, 1500)
    half_told = msgspec.structs.replace(silent, default_g=500)
    assert fill_in([listed("local", None, 30)], [half_told], DEFAULTS, 50).half_width_g == 750


def test_a_list_with_fewer_people_than_scans_counts_the_scans_and_names_both() -> None:
    found = fill_in([listed("local", None, 2)], [scanned("local", DAY, [5] * 9)], DEFAULTS, 50)
    [stratum] = found.strata
    assert (stratum.listed, stratum.people, stratum.scanned, stratum.filled_in) == (2, 9, 9, 0)


def test_scans_of_a_category_that_no_list_names_are_a_stratum_of_their_own() -> None:
    found = fill_in([listed("local", None, 2)], [scanned("national", DAY, [5] * 9)], DEFAULTS, 50)
    assert {(each.category, each.people, each.headcount) for each in found.strata} == {
        ("local", 2, "list"),
        ("national", 9, "scans"),
    }


def test_a_list_comes_before_the_gates_and_the_gates_before_the_badges() -> None:
    counts = [Headcount("badges", "local", None, 300), Headcount("gates", "local", DAY, 200)]
    assert [each.source for each in choose_headcounts(counts, 10, None)] == ["gates"]
    assert [each.source for each in choose_headcounts(counts[:1], 10, None)] == ["badges"]
    assert [each.people for each in choose_headcounts([*counts, listed("local", None, 100)], 10, 500)] == [
        100
    ]


def test_a_list_of_hardly_anybody_does_not_undo_what_the_gates_counted() -> None:
    gates = Headcount("gates", "local", DAY, 200)
    found = choose_headcounts([gates, listed("none", None, 99)], 10, None)
    assert found == [gates]
    assert [each.people for each in choose_headcounts([gates, listed("none", None, 0)], 10, 10_000)] == [
        200,
        9_800,
    ]


def test_one_scan_never_stands_for_the_fifty_thousand_that_were_expected() -> None:
    badges = [Headcount("badges", "none", None, 1)]
    found = choose_headcounts(badges, 1, 50_000)
    assert [(each.source, each.people) for each in found] == [("badges", 1), ("expected", 49_999)]
    people = fill_in(found, [scanned("none", DAY, [281])], DEFAULTS, 50)
    assert (people.people, people.scanned, people.has_headcount) == (50_000, 1, False)
    assert people.high_g > 300
    # Half of what was expected is believed.
    assert choose_headcounts([Headcount("gates", "none", DAY, 25_000)], 1, 50_000)[0].people == 25_000


def test_a_quantile_between_two_rows_is_the_wider_one() -> None:
    assert [str(t_quantile(each)) for each in (0, 1, 4, 35, 60, 10**6)] == [
        "12.706",
        "12.706",
        "2.776",
        "2.042",
        "2.000",
        "1.962",
    ]


USUAL_G = {"local": 900, "province": 21_000, "national": 190_000, "international": 1_500_000}


def world(seed: int) -> tuple[People, int]:
    """An event of some thousand people whose footprints depend on category and day, and the truth."""
    luck = random.Random(seed)
    scans: list[Scanned] = []
    lists: list[Headcount] = []
    truth = 0
    for category, usual in USUAL_G.items():
        for day in (DAY, NEXT_DAY):
            people = luck.randint(20, 1500)
            shift = luck.uniform(0.9, 1.1)
            everybody = [int(usual * shift * luck.lognormvariate(0, 0.5)) for _ in range(people)]
            truth += sum(everybody)
            told = luck.sample(
                everybody, k=min(people, luck.choice((0, 2, 8, people // 20 + 6, people // 8 + 6)))
            )
            lists.append(listed(category, day, people))
            if told:
                scans.append(scanned(category, day, told))
    defaults = {name: {"travel_intercity": grams} for name, grams in USUAL_G.items()}
    return fill_in(lists, scans, defaults | {"none": {}}, 50), truth


def test_the_interval_covers_the_truth_in_ninety_of_a_hundred_events_and_is_no_wider_than_it_must_be() -> (
    None
):
    worlds = [world(seed) for seed in range(300)]
    for start in range(0, 300, 100):
        covered = sum(found.low_g <= truth <= found.high_g for found, truth in worlds[start : start + 100])
        assert covered >= 90, covered
    widths = sorted(found.half_width_g / truth for found, truth in worlds)
    assert widths[150] < 0.5
    # An interval that is always right says nothing.
    assert any(not found.low_g <= truth <= found.high_g for found, truth in worlds)


@pytest.mark.parametrize("seed", range(20))
def test_strata_and_sources_sum_to_the_total(seed: int) -> None:
    found, _ = world(seed)
    assert found.total_g == sum(each.scanned_g + each.filled_g for each in found.strata)
    assert found.total_g == sum(found.by_source.values())
    assert found.people == sum(each.scanned + each.filled_in for each in found.strata)
