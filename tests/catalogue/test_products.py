"""Kinds of credits as they are shipped, what is wrong with them when something is, and how serials are read."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.loader import DIRECTORY
from backend.catalogue.products import load_products
from backend.domain.credits.products import PRODUCT_CODES, BatchStock, suggest
from backend.domain.credits.registry_serials import read_serials
from backend.errors.credits import SerialsMalformed

VCU = "0001-000001-000100-VCS-VCU-003-VER-US-0003-01012020-31122020-1"


def test_products_come_in_the_order_of_the_guideline(catalogue: Catalogue) -> None:
    products = catalogue.credits.products
    assert set(products) == set(PRODUCT_CODES)
    ranks = [product.preference for product in products.values()]
    assert ranks == sorted(ranks)
    assert list(products)[:3] == ["cea", "ccer", "cdcer"]
    assert catalogue.credits.better_than("cdcer") == ["cea", "ccer"]
    assert catalogue.credits.better_than("provincial") == ["cea", "ccer"]
    assert catalogue.credits.better_than("cea") == []


def test_each_product_asks_for_what_proves_it(catalogue: Catalogue) -> None:
    requires = {code: set(each.requires) for code, each in catalogue.credits.products.items()}
    assert requires["ccer"] == {"registration_no", "monitoring_period"}
    assert requires["cdcer"] == requires["provincial"] == {"approved_by", "approval_doc"}
    assert {"project", "approval_doc"} <= requires["forest_grass_sink"]
    for code in ("vcu", "gs_ver", "cer"):
        assert requires[code] == {"registry_serials"}
    assert catalogue.credits.products["ccer"].missing({"monitoring_period"}) == ["registration_no"]


def test_a_price_is_dated_and_says_how_far_it_can_be_trusted(catalogue: Catalogue) -> None:
    for product in catalogue.credits.products.values():
        if product.price is not None:
            source = catalogue.sources[product.price.source_id]
            assert (source.kind == "product") == (product.price.source_kind == "assumption")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "cea"', 'code = "gold"', "must hold each product that batches may have, and no other: cea"),
        ("order = 2\n", "order = 1\n", "ccer: order must be unique and follow the preference"),
        ("preference = 2\n", "preference = 4\n", "cdcer: order must be unique and follow the preference"),
        ('registry = "ccer"', 'registry = "drawer"', "ccer: unknown registry drawer"),
        ('"monitoring_period"]', '"monitoring"]', "ccer: Invalid enum value"),
        ('["registry_serials"]', '["registry_serials", "registry_serials"]', "cer: requires the same thing"),
        ('source_ids = ["mee-2019-19", "ccer', 'source_ids = ["mee-1919", "ccer', "unknown source mee-1919"),
        ('en = "National emission allowance (CEA)"', 'en = ""', "cea: name must have zh-CN and en"),
        ("yuan_per_t_max = 62.98", "yuan_per_t_max = 2.98", "cea: price must be above zero"),
        ('source_kind = "assumption"', 'source_kind = "published"', "cdcer: a price of our own"),
        ("(?P<number>[0-9]+)", "([0-9]+)", "cdm: serial_pattern must name head and number"),
        ("(?P<number>[0-9]+)", "(?P<number>[0-9]+", "cdm: serial_pattern: "),
    ],
)
def test_a_mistake_is_named_with_its_entry(
    tmp_path: Path, catalogue: Catalogue, old: str, new: str, complaint: str
) -> None:
    text = (DIRECTORY / "products.toml").read_text(encoding="utf-8")
    assert old in text
    shutil.copy(DIRECTORY / "products.toml", tmp_path)
    (tmp_path / "products.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_products(tmp_path, catalogue.sources)
    assert str(caught.value).startswith("products.toml: ")
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["verra", "VERRA", "Verra 登记簿", "verra登记簿", "Ｖｅｒｒａ Registry"])
def test_a_registry_is_found_however_it_is_written(catalogue: Catalogue, text: str) -> None:
    found = catalogue.credits.find_registry(text)
    assert found is not None
    assert found.code == "verra"


@pytest.mark.parametrize(
    ("registry", "first", "last", "numbers"),
    [
        ("suee", "CDCER-2024-000001", "CDCER-2024-000100", (1, 100)),
        ("suee", "CDCER-2024-000050", "CDCER-2024-000050", (50, 50)),
        ("suee", "A7", "A7", (7, 7)),
        ("suee", "2024/17号", "2024/20号", (17, 20)),
        ("cdm", "CN-5-100-1-1-0-123", "CN-5-250-1-1-0-123", (100, 250)),
        ("gold_standard", "GS1-1-CN-GS2516-4-2015-4816-1-1000", None, (1, 1000)),
        ("verra", VCU, None, (1, 100)),
    ],
)
def test_serials_are_read_as_their_registry_writes_them(
    catalogue: Catalogue, registry: str, first: str, last: str | None, numbers: tuple[int, int]
) -> None:
    pattern = catalogue.credits.registries[registry].serial_pattern
    block = read_serials(registry, first, last or first, pattern)
    assert (block.first, block.last) == numbers


def test_another_way_of_writing_a_serial_is_the_same_serial() -> None:
    one = read_serials("suee", "CDCER-2024-000001", "CDCER-2024-000100", None)
    for first, last in (
        ("cdcer-2024-1", "cdcer-2024-100"),
        (" CDCER-2024-01", "CDCER- 2024-100 "),
        ("ＣＤＣＥＲ-2024-1", "CDCER-2024-１００"),
    ):
        assert read_serials("SUEE", first, last, None) == one


@pytest.mark.parametrize(
    ("registry", "first", "last", "where", "code"),
    [
        ("suee", "none", "none", "from", "no_serial"),
        ("suee", "A-1", "B-9", "to", "serials_differ"),
        ("suee", "A-9", "A-1", "to", "serials_reversed"),
        ("suee", "A-1", "A-" + "9" * 19, "to", "serial_long"),
        ("verra", "1", "100", "from", "no_serial"),
        ("verra", VCU, VCU.replace("2020-1", "2020-2"), "to", "serials_differ"),
        ("cdm", "CN-5", "CN-9", "from", "no_serial"),
    ],
)
def test_serials_that_make_no_block_are_refused(
    catalogue: Catalogue, registry: str, first: str, last: str, where: str, code: str
) -> None:
    with pytest.raises(SerialsMalformed) as refused:
        read_serials(registry, first, last, catalogue.credits.registries[registry].serial_pattern)
    [error] = refused.value.errors
    assert (error.pointer, error.code) == (f"/registry_serial_{where}", code)


def test_a_suggestion_takes_from_the_front_and_tells_what_is_short() -> None:
    stock = [
        BatchStock(uuid4(), product, "-", 2024, None, Decimal(60), grams)
        for product, grams in (("cea", 300), ("ccer", 500))
    ]
    taken, short = suggest(stock, 400)
    assert [(batch.product, grams) for batch, grams in taken] == [("cea", 300), ("ccer", 100)]
    assert short == 0
    taken, short = suggest(stock, 1000)
    assert (sum(grams for _, grams in taken), short) == (800, 200)
    assert suggest([], 5) == ([], 5)
