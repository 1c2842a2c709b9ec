"""The text in a QR code: round trips, refuses every change, expires, fits a mini-program's scene."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.folding import seen
from backend.domain.keyboards import with_y_for_z
from backend.domain.qr_codes import (
    CODE_LENGTH_MAX,
    EVENT_CODE_ALPHABET,
    EVENT_CODE_LENGTH,
    GATE_MAX,
    PASS_MAX,
    PASS_STEP_S,
    POSTER_MAX,
    SERIAL_MAX,
    STEP_S,
    Code,
    CodeKeys,
    step_of,
)
from backend.errors import CodeForged, CodeMalformed

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
KEYS = CodeKeys({"d": KEY})
NOW = datetime(2026, 11, 22, 4, 0, 7, tzinfo=UTC)
# What WeChat lets stand in a mini-program code's `scene`, and how much of it.
SCENE_CHARACTERS = set(string.digits + string.ascii_letters + "!#$&'()*+,/:;=?@-._~")
SCENE_LENGTH_MAX = 32

event_codes = st.text(EVENT_CODE_ALPHABET, min_size=EVENT_CODE_LENGTH, max_size=EVENT_CODE_LENGTH)
serials = st.integers(1, SERIAL_MAX) | st.sampled_from([1, 35, 36, SERIAL_MAX])
gates = st.integers(1, GATE_MAX)
posters = st.integers(1, POSTER_MAX)
passes = st.integers(1, PASS_MAX) | st.sampled_from([1, PASS_MAX])
instants = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(event_codes, serials)
def test_badge_reads_as_what_was_written(event_code: str, serial: int) -> None:
    code = KEYS.badge(event_code, serial)
    assert KEYS.read(code, NOW) == Code("B", event_code, serial, is_expired=False)


@given(event_codes, gates, instants)
def test_venue_code_reads_as_what_was_written(event_code: str, gate: int, at: datetime) -> None:
    code = KEYS.venue(event_code, gate, at)
    assert KEYS.read(code, at) == Code("V", event_code, gate, is_expired=False)


@given(event_codes, serials)
def test_sign_of_a_scene_reads_as_what_was_written(scene_code: str, revision: int) -> None:
    found = KEYS.read(KEYS.sign(scene_code, revision), NOW)
    assert found == Code("S", scene_code, revision, is_expired=False)
    assert (found.gate, found.badge_serial) == (None, None)


@given(event_codes, posters)
def test_poster_reads_as_what_was_written(event_code: str, number: int) -> None:
    found = KEYS.read(KEYS.poster(event_code, number), NOW)
    assert found == Code("W", event_code, number, is_expired=False)
    assert (found.gate, found.badge_serial) == (None, None)


@given(event_codes, passes, instants)
def test_pass_reads_as_what_was_written(event_code: str, number: int, at: datetime) -> None:
    found = KEYS.read(KEYS.citizen_pass(event_code, number, at), at)
    assert found == Code("P", event_code, number, is_expired=False)
    assert (found.gate, found.badge_serial) == (None, None)


@given(event_codes, posters, passes, instants)
def test_posters_and_passes_fit_the_scene_of_a_mini_program(
    event_code: str, poster: int, number: int, at: datetime
) -> None:
    for code in (KEYS.poster(event_code, poster), KEYS.citizen_pass(event_code, number, at)):
        assert len(code) <= SCENE_LENGTH_MAX
        assert set(code) <= SCENE_CHARACTERS


@given(event_codes, passes, instants, st.integers(-10_000, 10_000))
def test_pass_lives_for_its_step_and_one_step_either_side(
    event_code: str, number: int, at: datetime, later_s: int
) -> None:
    code = KEYS.citizen_pass(event_code, number, at)
    read_at = at + timedelta(seconds=later_s)
    found = KEYS.read(code, read_at)
    assert found.number == number
    assert found.is_expired == (abs(step_of(read_at, PASS_STEP_S) - step_of(at, PASS_STEP_S)) > 1)


def test_photograph_of_a_pass_is_worthless_three_minutes_later() -> None:
    code = KEYS.citizen_pass("AB0YZ", 7, NOW)
    assert not KEYS.read(code, NOW + timedelta(seconds=PASS_STEP_S)).is_expired
    assert KEYS.read(code, NOW + timedelta(seconds=3 * PASS_STEP_S)).is_expired


@given(event_codes, serials, gates, instants)
def test_codes_fit_the_scene_of_a_mini_program(event_code: str, serial: int, gate: int, at: datetime) -> None:
    codes = (KEYS.badge(event_code, serial), KEYS.venue(event_code, gate, at), KEYS.sign(event_code, serial))
    for code in codes:
        assert len(code) <= SCENE_LENGTH_MAX == CODE_LENGTH_MAX
        assert set(code) <= SCENE_CHARACTERS


@given(st.data(), st.sampled_from("BVSWP"))
def test_any_single_character_changed_is_refused(data: st.DataObject, kind: str) -> None:
    keys = CodeKeys({"d": KEY, "e": OTHER_KEY})
    code = {
        "B": keys.badge("AB0YZ", 4711),
        "V": keys.venue("AB0YZ", 12, NOW),
        "S": keys.sign("AB0YZ", 4711),
        "W": keys.poster("AB0YZ", 4711),
        "P": keys.citizen_pass("AB0YZ", 4711, NOW),
    }[kind]
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.characters().filter(lambda character: seen(character) != code[place]))
    with pytest.raises((CodeForged, CodeMalformed)):
        keys.read(code[:place] + other + code[place + 1 :], NOW)


def test_every_neighbour_of_a_code_is_refused() -> None:
    """All changes of one character within the alphabet, and every deletion, doubling and swap."""
    code = KEYS.badge("AB0YZ", 4711)
    changed = {
        code[:place] + character + code[place + 1 :]
        for place in range(len(code))
        for character in SCENE_CHARACTERS
    }
    changed |= {code[:place] + code[place + 1 :] for place in range(len(code))}
    changed |= {code[:place] + code[place] + code[place:] for place in range(len(code))}
    changed |= {
        code[:place] + code[place + 1] + code[place] + code[place + 2 :] for place in range(len(code) - 1)
    }
    # What a German keyboard writes for the code is the code (backend.domain.keyboards).
    for text in changed - {code, with_y_for_z(code)}:
        with pytest.raises((CodeForged, CodeMalformed)):
            KEYS.read(text, NOW)


@given(st.text(max_size=60))
def test_any_other_text_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises((CodeForged, CodeMalformed)):
        KEYS.read(text, NOW)


@given(event_codes, gates, instants, st.integers(-10_000, 10_000))
def test_venue_code_lives_for_its_step_and_one_step_either_side(
    event_code: str, gate: int, at: datetime, later_s: int
) -> None:
    code = KEYS.venue(event_code, gate, at)
    read_at = at + timedelta(seconds=later_s)
    found = KEYS.read(code, read_at)
    assert found.number == gate
    assert found.is_expired == (abs(step_of(read_at) - step_of(at)) > 1)


def test_venue_code_expires_to_the_second() -> None:
    start = datetime.fromtimestamp(step_of(NOW) * STEP_S, UTC)
    code = KEYS.venue("AB0YZ", 1, start)
    second = timedelta(seconds=1)
    for good in (start - STEP_S * second, start + 2 * STEP_S * second - second):
        assert not KEYS.read(code, good).is_expired
    for bad in (start - STEP_S * second - second, start + 2 * STEP_S * second):
        assert KEYS.read(code, bad).is_expired


@given(event_codes, gates, instants, st.integers(0, 3600))
def test_ticket_lives_ten_minutes_for_its_citizen_alone(
    event_code: str, gate: int, at: datetime, later_s: int
) -> None:
    citizen, stranger = uuid4(), uuid4()
    ticket = KEYS.ticket(event_code, gate, at, citizen)
    assert len(ticket) <= CODE_LENGTH_MAX
    found = KEYS.read(ticket, at + timedelta(seconds=later_s), citizen)
    assert (found.kind, found.gate, found.badge_serial) == ("T", gate, None)
    if later_s < 20 * STEP_S:
        assert not found.is_expired
    if later_s >= 21 * STEP_S:
        assert found.is_expired
    for other in (stranger, None):
        with pytest.raises(CodeForged):
            KEYS.read(ticket, at, other)


def test_what_is_printed_never_expires_by_itself() -> None:
    for code in (KEYS.badge("AB0YZ", 1), KEYS.sign("AB0YZ", 1), KEYS.poster("AB0YZ", 1)):
        for years in (-20, 0, 50):
            assert not KEYS.read(code, NOW + timedelta(days=365 * years)).is_expired


def test_codes_of_another_key_are_forged() -> None:
    stranger = CodeKeys({"d": OTHER_KEY})
    posted = (stranger.poster("AB0YZ", 1), stranger.citizen_pass("AB0YZ", 1, NOW))
    for code in (
        stranger.badge("AB0YZ", 1),
        stranger.venue("AB0YZ", 1, NOW),
        stranger.sign("AB0YZ", 1),
        *posted,
    ):
        with pytest.raises(CodeForged):
            KEYS.read(code, NOW)


def test_key_that_nobody_knows_is_forged_and_not_an_error() -> None:
    with pytest.raises(CodeForged):
        KEYS.read(CodeKeys({"x": KEY}).badge("AB0YZ", 1), NOW)


def test_the_refusal_of_a_forged_code_does_not_reveal_whether_it_has_expired() -> None:
    old = CodeKeys({"d": OTHER_KEY}).venue("AB0YZ", 1, NOW - timedelta(days=1))
    with pytest.raises(CodeForged):
        KEYS.read(old, NOW)


def test_keys_rotate_with_an_overlap() -> None:
    old, both, new = CodeKeys({"d": KEY}), CodeKeys({"e": OTHER_KEY, "d": KEY}), CodeKeys({"e": OTHER_KEY})
    printed = old.badge("AB0YZ", 7)
    fresh = both.badge("AB0YZ", 7)
    assert fresh == new.badge("AB0YZ", 7) != printed
    assert both.read(printed, NOW).number == both.read(fresh, NOW).number == 7
    with pytest.raises(CodeForged):
        new.read(printed, NOW)


def test_one_secret_under_two_key_ids_makes_different_codes() -> None:
    """The key's id is covered by the MAC, so a code cannot be moved from one key to another."""
    keys = CodeKeys({"d": KEY, "e": KEY})
    code = keys.badge("AB0YZ", 7)
    with pytest.raises(CodeForged):
        keys.read(code[0] + "e" + code[2:], NOW)


@pytest.mark.parametrize("kind", ["badge", "venue", "sign", "poster", "pass"])
def test_kinds_cannot_be_exchanged(kind: str) -> None:
    code = {
        "badge": KEYS.badge("AB0YZ", 7),
        "venue": KEYS.venue("AB0YZ", 7, NOW),
        "sign": KEYS.sign("AB0YZ", 7),
        "poster": KEYS.poster("AB0YZ", 7),
        "pass": KEYS.citizen_pass("AB0YZ", 7, NOW),
    }[kind]
    for other in {"B", "V", "T", "S", "W", "P"} - {code[0]}:
        with pytest.raises((CodeForged, CodeMalformed)):
            KEYS.read(other + code[1:], NOW, UUID(int=7))


@given(event_codes, serials, st.sampled_from(["https://tianfu.example", "http://127.0.0.1:8000", "//x/a/b"]))
def test_address_reads_as_its_code(event_code: str, serial: int, base: str) -> None:
    code = KEYS.badge(event_code, serial)
    for text in (f"{base}/q/{code}", f" {base}/q/{code}\n", f"{base}/q/{code}?from=poster#top", f"\t{code} "):
        assert KEYS.read(text, NOW).number == serial
    assert KEYS.read(f"{base}/q/{quote(code, safe='')}", NOW).number == serial
    assert (
        KEYS.read(f"{base}/q/{''.join(f'%{ord(character):02X}' for character in code)}", NOW).number == serial
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/q/",
        "https://tianfu.example/q/",
        "https://tianfu.example/c/{}",
        "https://tianfu.example/q/{}/more",
        "https://tianfu.example/q/%41{}",
        "{}0",
        "{}-{}",
    ],
)
def test_address_that_is_none_of_ours_is_malformed(text: str) -> None:
    with pytest.raises(CodeMalformed):
        KEYS.read(text.format(*[KEYS.badge("AB0YZ", 1)] * text.count("{}")), NOW)


@pytest.mark.parametrize("start", ["https://[", "https://a℀b", "//", "mailto:x", "/q/x/q"])
def test_what_stands_before_the_code_is_not_looked_at(start: str) -> None:
    """A parser of addresses would choke on some of these; the MAC is what counts."""
    assert KEYS.read(f"{start}/q/{KEYS.badge('AB0YZ', 7)}", NOW).number == 7


@pytest.mark.parametrize("serial", [0, -1, SERIAL_MAX + 1])
def test_serial_out_of_range_is_never_signed(serial: int) -> None:
    for make in (KEYS.badge, KEYS.sign, KEYS.poster):
        with pytest.raises(AssertionError):
            make("AB0YZ", serial)
    with pytest.raises(AssertionError):
        KEYS.citizen_pass("AB0YZ", serial, NOW)


def test_pass_that_would_not_fit_is_never_signed() -> None:
    for number in (0, PASS_MAX + 1):
        with pytest.raises(AssertionError):
            KEYS.citizen_pass("AB0YZ", number, NOW)


def test_event_codes_have_no_letters_that_are_mistaken_for_others() -> None:
    assert len(EVENT_CODE_ALPHABET) == len(set(EVENT_CODE_ALPHABET)) == 32
    assert not set("ILOU") & set(EVENT_CODE_ALPHABET)


@pytest.mark.parametrize("host", ["https://other.example", "http://[", "https://a℀b", "//"])
def test_what_stands_before_the_code_does_not_matter_because_the_mac_guards_it(host: str) -> None:
    assert KEYS.read(f"{host}/q/{KEYS.badge('AB0YZ', 1)}?from=camera#top", NOW).number == 1
    with pytest.raises(CodeMalformed):
        KEYS.read(f"{host}/q/x", NOW)
