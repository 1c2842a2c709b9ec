"""What holds of the mini-program's files, and of what its pages reckon by themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from backend.texts import CATALOGUE
from backend.texts.mass import mass
from scripts.make_mini_program_texts import FILES, TEXTS, files
from scripts.mini_program import HERE, MODULES, VENDORED, install
from tests.miniprogram.phone import Hall, Phone

PROGRAM = Path(__file__).parents[2] / "miniprogram"
APP = json.loads((PROGRAM / "app.json").read_text(encoding="utf-8"))
MARKUP = sorted(PROGRAM.glob("*/*/*.wxml"))
SCRIPTS = [path for path in sorted(PROGRAM.rglob("*.ts")) if not path.is_relative_to(PROGRAM / "vendor")]
OWN = [path for path in SCRIPTS if not path.is_relative_to(TEXTS)]
KEY = re.compile(r'^  "([\w.]+)": ', re.M)
HANDLER = re.compile(r'\b(?:bind|catch):?\w+="(\w+)"')
# What pages may not do: a phone's WeChat has no such thing, or not every one.
BEYOND_WECHAT = re.compile(
    r"\b(?:document|localStorage|fetch|TextEncoder|URLSearchParams|Intl|eval)\b\s*[.(]"
)


def test_the_texts_are_those_of_the_catalogue_in_both_languages() -> None:
    made = files()
    keys = {}
    for language, (name, _) in FILES.items():
        text = (TEXTS / name).read_text(encoding="utf-8")
        assert text == made[name], f"{name} is old: python scripts/make_mini_program_texts.py"
        keys[language] = KEY.findall(text)
    assert keys["zh-CN"] == keys["en"]
    assert (TEXTS / "keys.ts").read_text(encoding="utf-8") == made["keys.ts"]


def test_no_text_of_the_mini_program_is_kept_in_vain() -> None:
    written = set(KEY.findall((TEXTS / "en.ts").read_text(encoding="utf-8")))
    assert set(CATALOGUE["en"]["mini_program"]) - written == set()


@pytest.mark.parametrize("markup", MARKUP, ids=lambda path: path.stem)
def test_what_a_page_binds_is_in_its_script(markup: Path) -> None:
    script = markup.with_suffix(".ts").read_text(encoding="utf-8")
    script += (PROGRAM / "lib" / "page.ts").read_text(encoding="utf-8")
    missing = {
        name
        for name in HANDLER.findall(markup.read_text(encoding="utf-8"))
        if not re.search(rf"\b(?:async )?{name}\(", script)
    }
    assert missing == set()


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.relative_to(PROGRAM).as_posix())
def test_a_script_says_what_it_is_and_asks_nothing_that_wechat_lacks(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert script.startswith("// ")
    assert BEYOND_WECHAT.findall(script) == []
    assert not re.search(r"[\u4e00-\u9fff]", script.replace("公里", "")), "Chinese stands in the catalogue"


def test_every_page_has_its_four_files_and_a_title() -> None:
    for path in APP["pages"]:
        assert all((PROGRAM / f"{path}{end}").exists() for end in (".ts", ".json", ".wxml", ".wxss")), path
        assert f"mini.title.{path.split('/')[1]}" in CATALOGUE["en"]["mini_program"]
    folders = {f"pages/{path.name}/{path.name}" for path in (PROGRAM / "pages").iterdir()}
    assert folders == set(APP["pages"])


def test_packages_are_pinned_and_the_lock_says_no_address() -> None:
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text())["devDependencies"]
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
    install()
    for ours, theirs in VENDORED.items():
        assert (PROGRAM / "vendor" / ours).read_bytes() == (MODULES / theirs).read_bytes()
    assert {theirs.split("/")[0] for theirs in VENDORED.values()} <= set(wanted)
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert "omit-lockfile-registry-resolved=true" in (HERE / ".npmrc").read_text().split()


@pytest.fixture
async def library(hall: Hall, phone: Phone) -> Page:
    """The mini-program's own functions, for asking them by themselves."""
    await phone.open()
    return phone.page


async def test_grams_are_rounded_as_the_service_rounds_them(library: Page) -> None:
    grams = [0, 1, 312, 999, 1000, 1004, 1005, 13095, 999_994, 999_995, 9_999_995, 10_000_000, 123_456_789]
    shown = await library.evaluate("grams => grams.map(libraryOf('texts').mass)", grams)
    assert shown == [mass(each) for each in grams]


async def test_an_evening_in_europe_is_the_next_day_in_chengdu(library: Page) -> None:
    at = "2026-11-30T16:30:00.123456+00:00"
    assert await library.evaluate("at => libraryOf('texts').momentOf(at)", at) == "2026年12月1日 00:30"
    assert await library.evaluate("at => libraryOf('texts').dayOf(at)", "2026-12-01") == "2026年12月1日"


async def test_a_code_is_found_in_whatever_was_scanned(library: Page) -> None:
    code = "BdAB0YZ.c3.k-6jyhrq8f_k"
    texts = [
        code,
        f" {code}\n",
        f"https://tianfu.example/q/{code}",
        f"https%3A%2F%2Ftianfu.example%2Fq%2F{code}",
        f"pages/scan/scan?scene={code}",
        f"pages/scan/scan?q=https%3A%2F%2Ftianfu.example%2Fq%2F{code}&scancode_time=1790000000",
    ]
    assert await library.evaluate("texts => texts.map(libraryOf('codes').codeOf)", texts) == [code] * len(
        texts
    )


async def test_waits_keep_to_what_the_service_asks_and_do_not_fall_together(library: Page) -> None:
    script = """() => { const {waitS, Refused} = libraryOf('client'); const busy = new Refused(503, {}, 3);
      return [waitS(busy, 0, 0), waitS(busy, 0, 0.999), waitS(new Refused(0, {}), 40, 1)] }"""
    least, most, offline = await library.evaluate(script)
    # Never before the time that the service named, and spread over as long again.
    assert least == 3
    assert 5.9 < most < 6
    assert offline <= 28


async def test_a_number_is_read_as_it_is_typed_and_never_trimmed(library: Page) -> None:
    script = "texts => texts.map(libraryOf('journey').kilometresOf)"
    read = await library.evaluate(script, ["12,5", "1,250", "３００公里", "300 km", "-3", "abc"])
    assert read == [12.5, 1250, 300, 300, None, None]
    wrong = await library.evaluate(
        "() => libraryOf('journey').wrongNumbers({nights: '61', days_attended: '1.5'})"
    )
    assert set(wrong) == {"nights", "days_attended"}
