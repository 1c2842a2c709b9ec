"""Codes, numbers and serials that people type or read from print are one whatever the spelling."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.domain.badges.badge_csv import normal_alias
from backend.domain.badges.serials import read_serial
from backend.domain.certificates.number import new_certificate_number, read_certificate_number
from backend.domain.community.community import read_joining_code
from backend.domain.credits.retirements import retirement_key
from backend.domain.folding import folded_code, folded_search, folded_words, seen, typed_token
from backend.domain.identity.second_factors import hash_of_recovery_code
from backend.domain.rewards.vouchers import read_voucher_code
from backend.errors.badges import BadgeAliasMalformed

NUMBER = "TF-AB0YZ-0123-4567-89AB"
VOUCHER = "01234-56789-ABCDE-FGHJK"


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


SPELLINGS = {
    "as it is": lambda text: text,
    "small letters": str.lower,
    "full width": full_width,
    "no hyphens": lambda text: text.replace("-", ""),
    "other dashes": lambda text: text.replace("-", "–").replace("–", "—", 1),
    "spaces for hyphens": lambda text: text.replace("-", " "),
    "line break at its end": lambda text: text + "\r\n",
    "line break within": lambda text: text[:9] + "\n" + text[9:],
    "signs that nobody sees": lambda text: "\ufeff" + text[:4] + "\u200b" + text[4:] + "\u202c",
    "O for 0, l for 1": lambda text: text.replace("0", "O").replace("1", "l"),
}


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_a_code_is_read_however_it_is_spelled(spelling: str) -> None:
    spell = SPELLINGS[spelling]
    assert read_certificate_number(spell(NUMBER)) == NUMBER
    assert read_voucher_code(spell(VOUCHER)) == VOUCHER
    assert read_joining_code(spell("A0B1C-2D3E4")) == "A0B1C2D3E4"


@pytest.mark.parametrize(
    "text", ["", "TF", NUMBER + "0", NUMBER[:-1], NUMBER.replace("TF", "TG"), "x" * 500, "U" * 19]
)
def test_another_text_is_no_number(text: str) -> None:
    assert read_certificate_number(text) is None


def test_every_number_that_is_made_is_read() -> None:
    number = new_certificate_number("AB0YZ")
    assert read_certificate_number(number) == number


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("7", 7),
        ("000007", 7),
        ("№ 000007", 7),
        ("№000007", 7),
        ("No. 7", 7),
        ("no：7", 7),
        ("＃7", 7),
        ("#000007", 7),
        ("7号", 7),
        ("第7号", 7),
        ("编号：000007", 7),
        ("\u200b７ ", 7),
        ("2147483647", 2_147_483_647),
        ("2147483648", None),
        ("0", None),
        ("000000", None),
        ("-7", None),
        ("7.5", None),
        ("A7", None),
        ("", None),
        ("№", None),
    ],
)
def test_a_serial_is_read_as_it_is_printed(text: str, serial: int | None) -> None:
    assert read_serial(text) == serial


@pytest.mark.parametrize(
    "text", ["04:a2:b3:c4", "０４Ａ２Ｂ３Ｃ４", "04 A2–B3—C4", "\ufeff04-a2-b3-c4\u200b\n"]
)
def test_a_tag_is_one_whichever_reader_gave_it(text: str) -> None:
    assert normal_alias(text) == "04A2B3C4"


@pytest.mark.parametrize("text", ["", "A1", "04.A2.B3.C4", "胸牌胸牌"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(BadgeAliasMalformed):
        normal_alias(text)


def test_a_recovery_code_is_kept_and_typed_as_one() -> None:
    kept = hash_of_recovery_code(UUID(int=1), "abcd-efgh-ijkm-npqr")
    for typed in ("ABCDEFGHIJKMNPQR", "ａｂｃｄ－efgh ijkm–npqr\n", "abcd\u200befghijkmnpqr"):
        assert hash_of_recovery_code(UUID(int=1), typed) == kept


def test_names_are_found_by_any_dot_and_dash() -> None:
    for dot in "·・•‧∙⋅･":
        assert folded_search(f"阿{dot}丹") == folded_search("阿·丹") == "阿丹"
    assert folded_search("Müller–Lüdenscheidt") == folded_search("müller lüdenscheidt")


def test_a_retirement_is_one_in_every_spelling() -> None:
    keys = {retirement_key(text, "P") for text in ("RET-1", "ret-1", "RET-1 ", "ＲＥＴ－１", "RET–1\u200b")}
    assert len(keys) == 1


def test_the_case_of_a_token_counts_and_blanks_do_not() -> None:
    assert typed_token(" aB-c_D\u200b\n") == "aB-c_D"
    assert typed_token("ａＢ－c＿D") == "aB-c_D"


@given(st.text())
@example("C.\u0327")
@example("C-\u0327")
def test_every_fold_is_the_same_done_twice(text: str) -> None:
    for fold in (folded_code, folded_words, folded_search, seen, typed_token):
        once = fold(text)
        assert fold(once) == once, fold
