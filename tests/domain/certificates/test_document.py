"""What a certificate says: all or a part, and of the organiser only where the organiser does something."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from backend.domain.certificates.document import (
    Claim,
    EventFacts,
    FootprintFacts,
    OffsetFacts,
    Part,
    certificate_document,
    reading_of,
)

EVENT = EventFacts("e", "fair", "博览会", "Fair", "成都", date(2026, 11, 1), date(2026, 11, 2), "extended")
PART = Part("b", "cdcer", "龙泉山造林", "RET-1", 1, 1, 1)
TOTAL_G = 494_879


def document(grams: int, organiser_g: int) -> dict[str, object]:
    footprint = FootprintFacts(TOTAL_G, "partial", 30, 12, "cn-2026", organiser_g, "0" * 64)
    claim: Claim = "offset" if grams <= TOTAL_G - organiser_g else "contribution"
    kind = "full" if grams >= TOTAL_G else "partial"
    offset = OffsetFacts(
        "TF-1", 0, grams, kind, datetime(2026, 11, 1, tzinfo=UTC), [PART] if grams else [], claim
    )
    return certificate_document(EVENT, footprint, offset)


@pytest.mark.parametrize(
    ("grams", "organiser_g", "zh", "en"),
    [
        (TOTAL_G, 0, "进行全部抵消。", "equal to all of"),
        (1000, 10_740, "进行部分抵消。", "equal to part of"),
        (TOTAL_G - 10_740, 10_740, "进行部分抵消。", "equal to part of"),
    ],
)
def test_the_organiser_is_no_word_where_nothing_goes_beyond(
    grams: int, organiser_g: int, zh: str, en: str
) -> None:
    said = document(grams, organiser_g)["statement"]
    assert isinstance(said, dict)
    assert zh in said["zh-CN"]
    assert en in said["en"]
    for word in ("贡献", "主办方"):
        assert word not in said["zh-CN"]
    assert "organiser" not in said["en"]


@pytest.mark.parametrize(
    ("grams", "contribution", "rest", "zh", "en"),
    [
        (TOTAL_G, "10.740", "484.139", "中的 494.879 kgCO₂e（全部）", "equal to all of"),
        (TOTAL_G - 10_739, "0.001", "484.139", "中的 484.140 kgCO₂e（部分）", "equal to part of"),
    ],
)
def test_a_mixed_one_says_how_much_of_it_is_a_contribution(
    grams: int, contribution: str, rest: str, zh: str, en: str
) -> None:
    whole = document(grams, 10_740)
    said, offset = whole["statement"], whole["offset"]
    assert isinstance(said, dict)
    assert isinstance(offset, dict)
    assert offset["claim"] == "contribution"
    assert zh in said["zh-CN"]
    assert (
        f"其中 {contribution} kgCO₂e 为额外贡献（主办方已承诺中和的部分），不作抵消声明，其余 {rest} kgCO₂e 用于抵消。"
        in said["zh-CN"]
    )
    for word in ("本证书为额外贡献", "相应排放", "全部抵消", "全部贡献", "碳中和"):
        assert word not in said["zh-CN"]
    assert en in said["en"]
    assert f"Of it {contribution} kgCO₂e are a contribution on top" in said["en"]
    assert f"the other {rest} kgCO₂e stand against the rest" in said["en"]
    assert "takes care of these emissions" not in said["en"]


@pytest.mark.parametrize(("grams", "zh"), [(TOTAL_G, "进行全部贡献。"), (1000, "进行部分贡献。")])
def test_where_the_organiser_neutralises_everything_all_of_it_is_a_contribution(grams: int, zh: str) -> None:
    said = document(grams, TOTAL_G)["statement"]
    assert isinstance(said, dict)
    assert zh in said["zh-CN"]
    assert "本证书为额外贡献，不作抵消声明" in said["zh-CN"]
    assert "抵消" not in said["zh-CN"].replace("不作抵消声明", "")
    assert "this is a contribution on top and offsets nothing" in said["en"]


def test_what_was_given_up_stands_for_nothing() -> None:
    said = document(0, 10_740)["statement"]
    assert isinstance(said, dict)
    assert "全部释放" in said["zh-CN"]
    assert "stands for nothing" in said["en"]


@pytest.mark.parametrize(
    ("grams", "contribution_g", "reading"),
    [(0, 0, "offset"), (9, 0, "offset"), (9, 1, "mixed"), (9, 8, "mixed"), (9, 9, "contribution")],
)
def test_grams_are_read_as_one_of_three(grams: int, contribution_g: int, reading: str) -> None:
    assert reading_of(grams, contribution_g) == reading
