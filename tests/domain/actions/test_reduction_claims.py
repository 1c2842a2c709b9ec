"""Which reductions a donation takes: whole ones, oldest first, never more than was asked for."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.actions.reduction_claims import Reduction, choose

grams = st.integers(1, 50) | st.integers(1, 10**9)


@st.composite
def reductions(draw: st.DrawFn) -> list[Reduction]:
    """A citizen's personal reductions, oldest first."""
    return [
        Reduction(UUID(int=number), each) for number, each in enumerate(draw(st.lists(grams, max_size=30)))
    ]


@given(reductions(), st.none() | st.integers(1, 200) | st.integers(1, 10**11), st.integers(1, 40))
def test_never_more_grams_nor_more_actions_than_asked_and_each_once(
    personal: list[Reduction], grams_max: int | None, actions_max: int
) -> None:
    chosen = choose(personal, grams_max, actions_max)
    assert len(chosen) <= actions_max
    assert grams_max is None or sum(each.grams for each in chosen) <= grams_max
    assert [each for each in personal if each in chosen] == chosen, "in their order, each once"


@given(reductions(), st.integers(1, 200) | st.integers(1, 10**11))
def test_what_is_left_did_not_fit_when_its_turn_came(personal: list[Reduction], grams_max: int) -> None:
    chosen = choose(personal, grams_max, len(personal) + 1)
    left = grams_max
    for each in personal:
        if each in chosen:
            left -= each.grams
        else:
            assert each.grams > left
    assert left >= 0


@given(reductions(), st.integers(1, 40))
def test_without_a_limit_the_oldest_are_taken(personal: list[Reduction], actions_max: int) -> None:
    assert choose(personal, None, actions_max) == personal[:actions_max]


@given(reductions(), st.integers(1, 200) | st.integers(1, 10**11))
def test_giving_in_turns_gives_no_action_twice(personal: list[Reduction], grams_max: int) -> None:
    rest, given_away = list(personal), []
    for _ in range(5):
        chosen = choose(rest, grams_max, 7)
        rest = [each for each in rest if each not in chosen]
        given_away += chosen
    assert len(given_away) == len(set(given_away))
    assert sorted(given_away + rest, key=lambda each: each.action_id) == personal


def test_one_that_does_not_fit_does_not_stand_in_the_way() -> None:
    walk, flight, ride = (Reduction(UUID(int=number), each) for number, each in enumerate((60, 5000, 40)))
    assert choose([walk, flight, ride], 100, 10) == [walk, ride]
    assert choose([flight], 4999, 10) == []
    assert choose([flight], 5000, 10) == [flight]
