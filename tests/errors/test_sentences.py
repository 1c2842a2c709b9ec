"""Every refusal in both languages, with facts as they are raised: one language, no identifiers, masses as masses."""

from __future__ import annotations

import ast
import json
from functools import cache
from typing import Any

import msgspec
import pytest

from backend.catalogue import load_catalogue
from backend.catalogue.agencies import load_agencies
from backend.errors import InvalidBody, InvalidQuery, Refusal
from backend.errors.facts import FACTS, RENAMED, plain, spoken, typed
from backend.errors.fields import FIELD_ERROR_CODES, field_error, field_name
from backend.errors.imports import RowsBroken
from backend.ledger.command import RefusalFacts, facts_of_refusal
from backend.routes.http.problems import all_refusals, problem_body
from backend.texts import CATALOGUE, LANGUAGES, facts_of, has_text, say
from tests.house.source import FILES
from tests.routes.refusal_words import wrong_words

OF_A_KIND: dict[str, Any] = {"integer": 1_234_567, "string": "2026-05-31T09:00:00+08:00"}
SAMPLES: dict[str, Any] = {
    "criteria": ["energy_metered"],
    "accepted": ["E3", "E4"],
    "address": "/v1/me/quiz",
    "agencies": ["forestry_grassland"],
    "allowed": ["quiz", "article"],
    "category": "forest",
    "charsets": ["utf-8"],
    "city": "成都",
    "claim_state": "donated",
    "column": "quantity",
    "columns": "serial",
    "district": "wuhou_new",
    "duties": ["gate", "badges"],
    "encodings": ["identity"],
    "factor": "grid_sichuan_2022",
    "factor_set": "cn_2026",
    "fields": ["home_every_night", "nights"],
    "found": "1",
    "from_city": "Auckland",
    "from_state": "draft",
    "gaps": ["travel", "accommodation"],
    "import_id": "01890000-0000-7000-8000-000000000000",
    "key": "key_of_2026",
    "kind": "conference",
    "km": 12.5,
    "kinds": ["plan", "verifier_report"],
    "max": 12.5,
    "media_type": "text/csv",
    "media_types": ["application/json", "text/csv"],
    "method": "clean_plate",
    "methods": ["clean_plate", "bike_own"],
    "min": 0,
    "missing": ["approval_doc", "approved_by"],
    "mode": "hsr",
    "name": "asof",
    "names": ["approval_doc"],
    "of": "journey",
    "other": "starts_at",
    "page": "pages/scan",
    "parameter": "distance_km",
    "possible": ["train", "plane"],
    "product": "ccer",
    "provider": "other_app",
    "quantity": -1,
    "quantity_max": 100,
    "reading": "",
    "reason": "",
    "role": "grid_national",
    "score": 55,
    "roles": ["operator", "citizen"],
    "rows": "2, 3",
    "scene": "SC_01",
    "scope": "leaderboard",
    "scopes": ["leaderboard", "aggregation"],
    "serials": "1, 2",
    "state": "approved",
    "suggestion": "as_of",
    "suggestions": [],
    "tier": "E2",
    "to_state": "submitted",
    "unit": "pkm",
    "username": "li_lei",
    "value": "quiz",
    "version": "2026.2",
    "where": "Auckland",
}
OF_A_FILE = {
    "column": "quantity",
    "columns": "colour",
    "known": "serial",
    "reason": "",
    "sheet": "A",
    "text": "#",
}
# Rows of files: their own tests walk them (tests/domain, tests/routes/inventory).
OF_FILES = (
    "badge_file_unreadable",
    "badge_rows_broken",
    "badge_serials_broken",
    "codes_",
    "csv_",
    "import_",
    "inventory_",
    "too_many_codes",
)


@pytest.fixture(scope="module", autouse=True)
def names() -> None:
    load_catalogue()
    load_agencies()


def sample(name: str) -> Any:
    fact = FACTS[name]
    return SAMPLES[name] if name in SAMPLES else OF_A_KIND[fact.schema["type"]]


def raised(cls: type[Refusal]) -> Refusal:
    facts = {name: sample(name) for name in cls.fact_names() & FACTS.keys()}
    return cls(**facts)


CLASSES = [cls for code, cls in sorted(all_refusals().items()) if not code.startswith(OF_FILES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_speaks_one_language_without_identifiers_and_bare_grams(language: str) -> None:
    wrong = {}
    for cls in CLASSES:
        refusal = raised(cls)
        body = json.loads(problem_body(cls.status, facts_of_refusal(refusal), language, "/v1/somewhere"))
        for sentence in (body["title"], body["detail"]):
            if wrong_words(sentence, language) or "{" in sentence:
                wrong[cls.code] = sentence
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_may_be_wrong_with_a_field_is_said_in_one_language(language: str) -> None:
    wrong = {}
    for code in FIELD_ERROR_CODES:
        facts = {name: sample(name) for name in facts_of("en", f"field_error.{code}")}
        for pointer in ("/journey/distance_km", "/items/3/name/zh-CN", "#query/as_of", ""):
            sentence = field_error(pointer, code, **facts).detail(language)
            if wrong_words(sentence, language) or "{" in sentence:
                wrong[code] = sentence
    assert wrong == {}


@cache
def calls() -> list[tuple[str, str, list[str]]]:
    """Where a refusal is made: the file, the class, the names of its facts."""
    classes = {cls.__name__ for cls in all_refusals().values()}
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes:
                names = [
                    each.arg for each in node.keywords if each.arg not in (None, "errors", "retry_after_s")
                ]
                found.append((path.name, node.func.id, [name for name in names if name is not None]))
    return found


def test_every_fact_of_a_refusal_has_a_kind_and_stands_in_the_document() -> None:
    by_name = {cls.__name__: cls for cls in all_refusals().values()}
    unknown = {
        (file, name, fact)
        for file, name, facts in calls()
        for fact in facts
        if not by_name[name].code.startswith(OF_FILES)
        if RENAMED.get(fact, fact) not in FACTS or RENAMED.get(fact, fact) not in by_name[name].fact_names()
    }
    assert unknown == set()


FAMILIES = ("import_", *(f"{cls.family}." for cls in (RowsBroken, *RowsBroken.__subclasses__())))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_may_be_wrong_with_a_file_is_said_in_one_language(language: str) -> None:
    wrong, told = {}, 0
    for key in (key for texts in CATALOGUE[language].values() for key in texts):
        if key.startswith(FAMILIES) and not key.startswith("import_column."):
            sentence = say(language, key, **{name: OF_A_FILE.get(name, "7") for name in facts_of("en", key)})
            told += 1
            if wrong_words(sentence, language) or "{" in sentence:
                wrong[key] = sentence
    assert wrong == {}
    assert told > 50


def test_what_is_wrong_with_a_body_or_a_query_is_never_said_by_a_library() -> None:
    assert [
        each for each in calls() if each[1] in ("InvalidBody", "InvalidQuery", "InvalidItem") and each[2]
    ] == []


def test_every_field_of_a_body_has_a_name_in_both_languages() -> None:
    from backend.routes import DEMO_ROUTES, ROUTES

    shapes: list[Any] = [each.body for each in (*ROUTES, *DEMO_ROUTES) if each.body is not None]
    missing: set[str] = set()
    seen: set[type] = set()

    def look(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType) and info.cls not in seen:
            seen.add(info.cls)
            missing.update(
                each.encode_name for each in info.fields if not has_text(f"field.{each.encode_name}")
            )
        inner = [getattr(info, name, None) for name in ("item_type", "value_type", "type")]
        fields = [each.type for each in getattr(info, "fields", ())] if info_is_new(info) else []
        for each in (*inner, *fields, *getattr(info, "types", ()), *getattr(info, "item_types", ())):
            if each is not None:
                look(each)

    walked: set[int] = set()

    def info_is_new(info: Any) -> bool:
        cls = getattr(info, "cls", None)
        if cls is None or id(cls) in walked:
            return False
        walked.add(id(cls))
        return True

    for shape in shapes:
        look(msgspec.inspect.type_info(shape))
    assert missing == set()


def test_facts_are_numbers_instants_and_lists_and_the_sentence_writes_them_for_people() -> None:
    facts = typed({"left_g": 600_000, "methods": ["bike_own"], "opens_at": "2026-05-31T01:00:00Z"})
    assert facts == {"left_g": 600_000, "methods": ["bike_own"], "opens_at": "2026-05-31T01:00:00Z"}
    said = spoken("en", facts)
    assert said == {
        "left_g": "600.00 kg",
        "methods": "Cycling, own bicycle",
        "opens_at": "2026-05-31 09:00",
    }
    assert spoken("zh-CN", facts)["methods"] == "骑行（自有）"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (16 * 1024**2, "16 MB (16,777,216 bytes)"),
        (65_536, "64 KB (65,536 bytes)"),
        (1000, "1000 bytes"),
        (1_000_001, "1,000,001 bytes"),
    ],
)
def test_a_size_is_said_as_programs_show_those_of_files(size: int, said: str) -> None:
    assert spoken("en", {"bytes_max": size}) == {"bytes_max": said}


def test_a_refusal_that_was_stored_as_texts_is_read_like_a_new_one() -> None:
    kept = msgspec.json.decode(
        b'{"code":"nothing_to_donate","facts":{"personal_g":"1500"}}', type=RefusalFacts
    )
    body = json.loads(problem_body(409, kept, "en", "/v1/donations"))
    assert body["facts"] == {"personal_g": 1500}
    assert "1.50 kg" in body["detail"]
    kept = msgspec.json.decode(
        b'{"code":"role_forbidden","facts":{"roles":"staff, operator"}}', type=RefusalFacts
    )
    assert json.loads(problem_body(403, kept, "en", "/"))["facts"] == {"roles": ["staff", "operator"]}
    kept = msgspec.json.decode(
        b'{"code":"invalid_body","facts":{"reason":"Expected `int`"}}', type=RefusalFacts
    )
    told = json.loads(problem_body(422, kept, "zh-CN", "/"))
    assert "Expected" not in told["detail"]


def test_a_new_refusal_survives_being_stored() -> None:
    refusal = InvalidBody.at("/offset/share", "out_of_range", min=0, max=100)
    kept = msgspec.json.decode(msgspec.json.encode(facts_of_refusal(refusal)), type=RefusalFacts)
    body = json.loads(problem_body(422, kept, "en", "/v1/scans"))
    assert body["errors"] == [
        {
            "pointer": "/offset/share",
            "code": "out_of_range",
            "detail": "Share (%): it must lie between 0 and 100.",
            "facts": {"min": 0, "max": 100},
        }
    ]


def test_numbers_that_no_reader_takes_are_told_as_texts() -> None:
    assert plain(10**400) == "…"
    assert plain(2**60) == "1.153e+18"
    assert plain(float("inf")) == "inf"


def test_a_field_is_named_by_where_it_stands() -> None:
    assert field_name("en", "/items/3/quantity") == "Quantity (no. 4)"
    assert field_name("zh-CN", "/name/en") == "名称（英文）"
    assert field_name("en", "#query/as_of") == "Parameter “as_of”"
    assert field_name("en", "/asked~1for") == "“asked/for”"
    assert field_name("en", "") == ""


def test_a_query_names_the_parameter_that_may_be_meant() -> None:
    told = InvalidQuery.of("asof", "parameter_did_you_mean", suggestion="as_of").detail("en")
    assert "“asof”" in told
    assert "“as_of”" in told
