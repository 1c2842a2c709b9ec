"""Settings: what the environment may say, and what refuses to start."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import FrozenInstanceError
from pathlib import Path
from secrets import token_bytes, token_hex

import pytest

from backend.settings import (
    DEMO_LOG_SEED,
    DEMO_SECRET,
    PREFIX,
    RENAMED,
    SECRET_BYTES_MIN,
    SETTINGS,
    SettingsError,
    load_settings,
    outdated_variables,
)

SECRET = "a-secret-of-our-own-that-is-long-enough"
GOOD = {
    "TIANFU_TOKEN_KEYS": f"k1:{SECRET}",
    "TIANFU_CODE_KEYS": f"c:{SECRET}-for-codes",
    "TIANFU_SECRET_KEYS": f"s:{SECRET}-for-secrets",
    "TIANFU_TRANSPARENCY_LOG_KEYS": "l:" + b64encode(b"a seed of 32 bytes for the tests").decode(),
}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert SECRET not in sentence
    return sentence


def test_without_a_word_the_default_secrets_are_refused() -> None:
    assert "TIANFU_TOKEN_KEYS" in refusal({})
    assert "default secret" in refusal({})


def test_demo_mode_takes_the_default_secrets() -> None:
    settings = load_settings({"TIANFU_ENVIRONMENT": "demo"})
    assert settings.is_demo
    assert settings.keys("token_keys") == {"demo": DEMO_SECRET.encode()}


@pytest.mark.parametrize("name", ["TIANFU_TOKEN_KEYS", "TIANFU_CODE_KEYS", "TIANFU_SECRET_KEYS"])
def test_a_default_secret_is_refused_even_as_a_second_key(name: str) -> None:
    assert name in refusal(GOOD | {name: f"{GOOD[name]},x:{DEMO_SECRET}"})


@pytest.mark.parametrize("name", ["TIANFU_TOKEN_KEYS", "TIANFU_CODE_KEYS", "TIANFU_SECRET_KEYS"])
def test_a_short_secret_is_refused(name: str) -> None:
    short = "qwertzuiopasdfghjklyxcvbnm1029384756"[: SECRET_BYTES_MIN - 1]
    assert "shorter" in refusal(GOOD | {name: f"k:{short}"})
    assert load_settings(GOOD | {name: f"k:{short}x"}).environment == "production"


def test_a_variable_with_our_prefix_that_is_no_setting_is_refused() -> None:
    for name in ("TIANFU_TOKEN_KEY", "TIANFU_", "TIANFU_PORT_FILE", "TIANFU_port"):
        assert name in refusal(GOOD | {name: "1"})
    assert load_settings(GOOD | {"TIANFU": "1", "PORT": "x", "tianfu_port": "y"}).port == 8000


@pytest.mark.parametrize("value", ["", "x", "1.5", "0", "-1", "1e3", "0x10", "８０００x"])
def test_a_number_must_be_a_whole_number_above_zero(value: str) -> None:
    assert "TIANFU_PORT" in refusal(GOOD | {"TIANFU_PORT": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIANFU_ENVIRONMENT", "test"), ("TIANFU_ENVIRONMENT", ""), ("TIANFU_LOG_LEVEL", "loud")],
)
def test_a_choice_must_be_one_of_its_choices(name: str, value: str) -> None:
    assert name in refusal(GOOD | {name: value})


@pytest.mark.parametrize(
    "keys",
    ["", SECRET, f":{SECRET}", "k:", f"k 1:{SECRET}", f"k-1:{SECRET}", f"钥:{SECRET}", f"k1:{SECRET},", ","],
)
def test_keys_that_cannot_be_read_are_refused(keys: str) -> None:
    assert "KEY_ID:SECRET" in refusal(GOOD | {"TIANFU_TOKEN_KEYS": keys})


def test_keys_keep_their_order_because_the_first_one_signs() -> None:
    keys = load_settings(GOOD | {"TIANFU_TOKEN_KEYS": f"new:{SECRET}1, old:{SECRET}:2"}).keys("token_keys")
    assert list(keys.items()) == [("new", f"{SECRET}1".encode()), ("old", f"{SECRET}:2".encode())]


def test_a_key_named_twice_is_refused() -> None:
    assert "twice" in refusal(GOOD | {"TIANFU_TOKEN_KEYS": f"k1:{SECRET},k1:{SECRET}2"})


@pytest.mark.parametrize(
    "seed", ["short", "x" * 44, b64encode(b"s" * 31).decode(), b64encode(b"s" * 33).decode()]
)
def test_a_seed_of_the_log_that_is_none_is_refused(seed: str) -> None:
    assert "TIANFU_TRANSPARENCY_LOG_KEYS" in refusal(GOOD | {"TIANFU_TRANSPARENCY_LOG_KEYS": f"l:{seed}"})


def test_the_default_seed_of_the_log_is_refused_outside_demo_mode() -> None:
    assert "default seed" in refusal(GOOD | {"TIANFU_TRANSPARENCY_LOG_KEYS": f"l:{DEMO_LOG_SEED}"})


def test_a_server_process_needs_no_key_of_the_log() -> None:
    environ = {name: value for name, value in GOOD.items() if name != "TIANFU_TRANSPARENCY_LOG_KEYS"}
    assert load_settings(environ).transparency_log_keys == ""
    assert list(load_settings({}, environment="demo").keys("transparency_log_keys")) == ["demo"]


@pytest.mark.parametrize(
    "url",
    ["http://tf.example", "http://10.0.0.7:8000", "ftp://tf.example", "HTTP://tf.example", "tf.example:80"],
)
def test_a_public_address_in_clear_is_refused(url: str) -> None:
    assert "https://" in refusal(GOOD | {"TIANFU_PUBLIC_URL": url})
    assert load_settings({"TIANFU_ENVIRONMENT": "demo", "TIANFU_PUBLIC_URL": url}).is_demo


@pytest.mark.parametrize(
    "secret",
    [
        "x" * 64,
        "ab" * 32,
        "0123456789abcdef" * 2,
        "0123456789abcdefghijklmnopqrstuvwxyz",
        "zyxwvutsrqponmlkjihgfedcba9876543210",
        "change-me-now-" * 4,
        "0" * 40 + "abcdefghijk",
    ],
)
@pytest.mark.parametrize("name", ["TIANFU_TOKEN_KEYS", "TIANFU_CODE_KEYS", "TIANFU_SECRET_KEYS"])
def test_a_secret_that_nobody_drew_is_refused(name: str, secret: str) -> None:
    assert name in refusal(GOOD | {name: f"k:{secret}"})


def test_a_seed_that_nobody_drew_is_refused() -> None:
    for seed in (b"s" * 32, b"ab" * 16, bytes(range(32))):
        text = "l:" + b64encode(seed).decode()
        assert "TIANFU_TRANSPARENCY_LOG_KEYS" in refusal(GOOD | {"TIANFU_TRANSPARENCY_LOG_KEYS": text})


def test_secrets_that_were_drawn_are_taken() -> None:
    for _ in range(300):
        keys = {name: f"k:{token_hex(32)}" for name in GOOD}
        keys["TIANFU_TRANSPARENCY_LOG_KEYS"] = "k:" + b64encode(token_bytes(32)).decode()
        assert not load_settings(keys).is_demo


@pytest.mark.parametrize("other", ["TIANFU_CODE_KEYS", "TIANFU_SECRET_KEYS"])
def test_one_key_used_twice_is_refused(other: str) -> None:
    drawn = token_hex(32)
    said = refusal(GOOD | {"TIANFU_TOKEN_KEYS": f"k1:{drawn}", other: f"a:{drawn}"})
    assert "TIANFU_TOKEN_KEYS k1" in said
    assert f"{other} a" in said
    assert "one key" in refusal(GOOD | {"TIANFU_TOKEN_KEYS": f"k1:{drawn},k2:{drawn}"})


def test_the_seed_of_the_log_used_elsewhere_in_another_spelling_is_refused() -> None:
    seed = token_bytes(32)
    keys = {
        "TIANFU_TRANSPARENCY_LOG_KEYS": "l:" + b64encode(seed).decode(),
        "TIANFU_TOKEN_KEYS": f"k1:{seed.hex()}",
    }
    assert "one key" in refusal(GOOD | keys)


@pytest.mark.parametrize(
    ("name", "most"), [("TIANFU_ACCESS_TOKEN_S", 1800), ("TIANFU_REFRESH_TOKEN_DAYS", 90)]
)
def test_lives_have_a_bound(name: str, most: int) -> None:
    assert name in refusal(GOOD | {name: str(most + 1)})
    assert load_settings(GOOD | {name: str(most)}).environment == "production"


def test_keys_of_codes_have_names_of_one_character() -> None:
    assert "one character" in refusal(GOOD | {"TIANFU_CODE_KEYS": f"c1:{SECRET}"})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"k9:{SECRET}\n", encoding="utf-8")
    environ = GOOD | {"TIANFU_TOKEN_KEYS_FILE": str(path)}
    assert "both set" in refusal(environ)
    environ.pop("TIANFU_TOKEN_KEYS")
    assert load_settings(environ).keys("token_keys") == {"k9": SECRET.encode()}


def test_a_file_that_cannot_be_read_is_refused_by_its_variable(tmp_path: Path) -> None:
    environ = {"TIANFU_CODE_KEYS": GOOD["TIANFU_CODE_KEYS"]}
    for path in (tmp_path / "nothing", tmp_path):
        assert "TIANFU_TOKEN_KEYS_FILE" in refusal(environ | {"TIANFU_TOKEN_KEYS_FILE": str(path)})


def test_every_secret_and_nothing_else_has_a_file_variable(tmp_path: Path) -> None:
    path = tmp_path / "value"
    for setting in SETTINGS:
        if not setting.secret:
            assert f"{setting.env}_FILE" in refusal(GOOD | {f"{setting.env}_FILE": str(path)})


OLD, NEW = "TIANFU_LOG_KEYS", "TIANFU_TRANSPARENCY_LOG_KEYS"
WITHOUT_LOG = {name: value for name, value in GOOD.items() if name != NEW}
OTHER_SEED = "l:" + b64encode(b"t" * 32).decode()


def test_a_renamed_setting_is_read_under_its_old_name_also_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{GOOD[NEW]}\n", encoding="utf-8")
    for environ, outdated in (
        ({OLD: GOOD[NEW]}, [(OLD, NEW)]),
        ({f"{OLD}_FILE": str(path)}, [(f"{OLD}_FILE", f"{NEW}_FILE")]),
        ({OLD: GOOD[NEW], NEW: GOOD[NEW]}, [(OLD, NEW)]),
        ({OLD: "", NEW: GOOD[NEW]}, []),
        ({NEW: GOOD[NEW]}, []),
    ):
        assert load_settings(WITHOUT_LOG | environ).transparency_log_keys == GOOD[NEW]
        assert outdated_variables(WITHOUT_LOG | environ) == outdated


def test_an_old_name_that_contradicts_the_new_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(OTHER_SEED, encoding="utf-8")
    for environ in ({OLD: OTHER_SEED}, {f"{OLD}_FILE": str(path)}):
        sentence = refusal(GOOD | environ)
        assert f"{OLD} is the old name of {NEW}" in sentence
        assert "different values" in sentence
    assert "both set" in refusal(WITHOUT_LOG | {OLD: OTHER_SEED, f"{OLD}_FILE": str(path)})
    assert f"{OLD}_FILE cannot be read" in refusal(WITHOUT_LOG | {f"{OLD}_FILE": str(tmp_path / "nothing")})
    # What is wrong in it is said of the name that the README lists.
    assert NEW in refusal(WITHOUT_LOG | {OLD: "l:short"})


def test_old_names_are_none_of_todays_settings() -> None:
    today = {setting.env for setting in SETTINGS}
    assert RENAMED.keys().isdisjoint(today)
    assert set(RENAMED.values()) <= today


def test_an_override_wins_over_the_environment() -> None:
    assert load_settings(GOOD | {"TIANFU_PORT": "9000"}, port=9001).port == 9001


def test_settings_cannot_be_changed_while_running() -> None:
    settings = load_settings(GOOD)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_public_addresses_have_one_form() -> None:
    assert load_settings(GOOD).public_base == "http://127.0.0.1:8000"
    assert (
        load_settings(GOOD | {"TIANFU_PUBLIC_URL": "https://tf.example/"}).public_base == "https://tf.example"
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_told_with_its_unit(setting: object) -> None:
    name, env, unit = setting.name, setting.env, setting.unit  # type: ignore[attr-defined]
    assert env == PREFIX + name.upper()
    assert re.fullmatch(r"[A-Z0-9_]+", env)
    assert setting.help  # type: ignore[attr-defined]
    for ending, meant in (("_s", "s"), ("_ms", "ms"), ("_days", "days")):
        if name.endswith((ending, f"{ending}_max")):
            assert unit == meant


def test_the_table_of_settings_shows_no_secret() -> None:
    assert DEMO_SECRET not in repr(SETTINGS)


def test_printing_settings_shows_no_secret() -> None:
    settings = load_settings(GOOD | {"TIANFU_WECHAT_SECRET": "the-app-secret"})
    assert SECRET not in repr(settings)
    assert "the-app-secret" not in repr(settings)


@pytest.mark.parametrize("missing", ["content_s3_bucket", "content_s3_key_id", "content_s3_secret", None])
def test_a_bucket_is_set_whole_or_not_at_all(missing: str | None) -> None:
    told = {
        "content_s3_endpoint": "https://s3.example.org",
        "content_s3_bucket": "documents",
        "content_s3_key_id": "key",
        "content_s3_secret": "secret",
    }
    if missing is None:
        assert load_settings({}, environment="demo", **told).content_s3_bucket == "documents"
        return
    with pytest.raises(SettingsError, match=missing.upper()):
        load_settings({}, environment="demo", **told | {missing: ""})


def test_the_address_of_a_bucket_is_one() -> None:
    with pytest.raises(SettingsError, match="CONTENT_S3_ENDPOINT"):
        load_settings({}, environment="demo", content_s3_endpoint="s3.example.org")


HOOK = {"TIANFU_SMS_HOOK_URL": "https://hook.example.org/messages"}


@pytest.mark.parametrize("secret", ["", "short", "0123456789abcdef" * 4, "a" * 64])
def test_the_hook_for_messages_has_a_secret_that_nobody_guesses(secret: str) -> None:
    assert "SMS_HOOK_SECRET" in refusal(GOOD | HOOK | {"TIANFU_SMS_HOOK_SECRET": secret})


def test_a_mail_server_has_a_sender() -> None:
    assert "MAIL_FROM" in refusal(GOOD | {"TIANFU_SMTP_URL": "smtps://mail.example.org"})
    told = {"TIANFU_SMTP_URL": "smtps://mail.example.org", "TIANFU_MAIL_FROM": "a@example.org"}
    assert load_settings(GOOD | told).mail_from == "a@example.org"


@pytest.mark.parametrize("codes", ["86", "+86;+852", "+86,CN", "+"])
def test_countries_are_named_by_their_codes(codes: str) -> None:
    assert "SMS_COUNTRY_CODES" in refusal(GOOD | {"TIANFU_SMS_COUNTRY_CODES": codes})


def test_countries_are_some_or_all() -> None:
    for codes, found in ((" +86, +852 ", ("+86", "+852")), ("", ())):
        assert load_settings(GOOD | {"TIANFU_SMS_COUNTRY_CODES": codes}).country_codes == found


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"wechat_web_appid": "wx1"}, "TIANFU_WECHAT_WEB_SECRET is missing"),
        ({"oidc_issuer": "https://id.example"}, "TIANFU_OIDC_CLIENT_ID is missing"),
        (
            {"oidc_issuer": "http://id.example", "oidc_client_id": "c"},
            "TIANFU_OIDC_ISSUER must begin with https",
        ),
        (
            {"oidc_issuer": "https://id.example?realm=1", "oidc_client_id": "c"},
            "TIANFU_OIDC_ISSUER must begin",
        ),
        ({"oidc_issuer": "https://u:p@id.example", "oidc_client_id": "c"}, "TIANFU_OIDC_ISSUER must begin"),
        ({"oidc_issuer": "https://[id", "oidc_client_id": "c"}, "TIANFU_OIDC_ISSUER must begin"),
        ({"oidc_issuer": "https://id.example/" + "x" * 200, "oidc_client_id": "c"}, "200 characters"),
        (
            {
                "wechat_web_appid": "w",
                "wechat_web_secret": "s",
                "wechat_web_authorize_url": "http://wx.example",
            },
            "TIANFU_WECHAT_WEB_AUTHORIZE_URL must begin",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_way_in_without_its_parts_or_with_an_address_in_clear_does_not_start(
    changes: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)):
        load_settings({}, environment="demo", **changes)


def test_ways_in_with_their_parts_start_here_and_by_https() -> None:
    for base in ("http://127.0.0.1:8080", "https://id.example/realms/city"):
        load_settings({}, environment="demo", oidc_issuer=base, oidc_client_id="c")
