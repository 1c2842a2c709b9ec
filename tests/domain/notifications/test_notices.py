"""What fits into a WeChat message, and how long to wait between attempts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.notifications.notices import (
    ATTEMPTS_MAX,
    BACK_OFF_S_MAX,
    FITTING,
    NOTHING,
    Unfit,
    back_off_s,
    fit,
)

FITS = [
    ("thing1", "天府绿道骑行", "天府绿道骑行"),
    ("thing1", "一" * 20, "一" * 20),
    ("thing1", "一" * 21, "一" * 19 + "…"),
    ("thing12", "two\nlines\tand a tab", "two lines and a tab"),
    ("thing1", "a" * 18 + " bcdef", "a" * 18 + "…"),
    ("thing1", "", NOTHING),
    ("thing1", " \n ", NOTHING),
    ("thing1", "🚲" * 10, "🚲" * 10),
    ("thing1", "🚲" * 11, "🚲" * 9 + "…"),
    ("number2", "120", "120"),
    ("number2", "1,234,567", "1234567"),
    ("number2", "-3.50", "-3.50"),
    ("number2", "1" * 32, "1" * 32),
    ("number2", "1" * 30 + ".123", "1" * 30 + ".12"),
    ("number2", "1" * 32 + ".5", "1" * 32),
    ("letter3", "ab-1" * 20, "ab" * 16),
    ("symbol4", "★★★★★★", "★★★★★"),
    ("character_string5", "TF-2026-天府-000123", "TF-2026--000123"),
    ("character_string5", "x" * 33, "x" * 32),
    ("time6", "15:01", "15:01"),
    ("time6", "2019年10月1日 15:01", "2019年10月1日 15:01"),
    ("time6", "2026-10-31T16:05:00+00:00", "2026年11月1日 00:05"),
    ("date7", "2026-11-01", "2026年11月1日"),
    ("date7", "2026年11月1日", "2026年11月1日"),
    ("amount8", "￥100.50元", "￥100.50元"),
    ("amount8", "1,234", "1234"),
    ("amount8", "1234567890.25", "1234567890"),
    ("amount8", "123456789.25元", "123456789.2元"),
    ("phone_number9", "+86-0766-66888866", "+86-0766-66888866"),
    ("car_number1", "粤A8Z888挂", "粤A8Z888挂"),
    ("name2", "欧阳修" * 5, "欧阳修欧阳修欧阳修欧"),
    ("name2", "A" * 25, "A" * 20),
    ("phrase3", "已通过", "已通过"),
    ("phrase3", "审核 passed 已经通过了", "审核已经通"),
    ("enum4", "行程", "行程"),
]

DOES_NOT_FIT = [
    ("number2", "1" * 33),
    ("number2", "many"),
    ("number2", "١٢"),
    ("amount8", "12345678901"),
    ("amount8", "元"),
    ("letter3", "123"),
    ("symbol4", "abc"),
    ("character_string5", "天府"),
    ("time6", "soon"),
    ("time6", "2026-10-31T16:05:00"),
    ("date7", "tomorrow"),
    ("date7", "2026-13-01"),
    ("phone_number9", "123456789012345678"),
    ("car_number1", ""),
    ("car_number1", "粤A8Z888挂挂"),
    ("phrase3", "passed"),
    ("enum4", ""),
    ("thing", "no number"),
    ("thought1", "no such kind"),
]


@pytest.mark.parametrize(("key", "value", "fitted"), FITS)
def test_value_is_cut_to_what_its_key_allows(key: str, value: str, fitted: str) -> None:
    assert fit(key, value) == fitted


@pytest.mark.parametrize(("key", "value"), DOES_NOT_FIT)
def test_value_that_may_not_be_cut_is_refused(key: str, value: str) -> None:
    with pytest.raises(Unfit):
        fit(key, value)


@given(st.text(max_size=80), st.sampled_from(sorted(FITTING)))
def test_whatever_comes_out_fits_and_fits_again(value: str, kind: str) -> None:
    try:
        fitted = fit(f"{kind}1", value)
    except Unfit:
        return
    assert fitted
    assert fit(f"{kind}1", fitted) == fitted
    assert len(fitted.encode("utf-16-le")) // 2 <= {
        "thing": 20, "number": 34, "letter": 32, "symbol": 10, "character_string": 32, "time": 26, "date": 22,
        "amount": 14, "phone_number": 17, "car_number": 8, "name": 20, "phrase": 10, "enum": 20,
    }[kind]  # fmt: skip


def test_waits_double_up_to_six_hours_and_are_spread() -> None:
    middles = [back_off_s(attempts, 0.5) for attempts in range(1, ATTEMPTS_MAX + 1)]
    assert middles[:4] == [30, 60, 120, 240]
    assert middles == sorted(middles)
    assert back_off_s(10_000, 0.5) == BACK_OFF_S_MAX
    assert (back_off_s(1, 0), back_off_s(1, 1)) == (15, 45)
