"""A certificate as anyone may see it: no name, no person's id."""

from __future__ import annotations

import msgspec

from backend.domain.certificates import event_code_of
from backend.domain.days import day_of
from backend.domain.footprint import Footprint
from backend.errors import CertificateNotFound
from backend.messages.scans import AllocationView, CertificateView, EventBrief, OffsetView
from backend.messages.shape import Bilingual, Statement
from backend.storage.database import Database
from backend.storage.reads import read

# Names of credit products in the sentence of a certificate.
PRODUCT_NAMES: dict[str, tuple[str, str]] = {
    "cea": ("全国碳排放配额（CEA）", "China emission allowances (CEA)"),
    "ccer": ("国家核证自愿减排量（CCER）", "China Certified Emission Reductions (CCER)"),
    "cdcer": ("成都区域核证碳减排量（CDCER）", "Chengdu certified reductions (CDCER)"),
    "forest_grass_sink": ("林草碳汇", "forestry and grassland sink credits"),
    "provincial": ("省级碳普惠减排量", "provincial certified reductions"),
    "vcu": ("VCU", "Verified Carbon Units (VCU)"),
    "gs_ver": ("GS VER", "Gold Standard VER"),
    "cer": ("CER", "Certified Emission Reductions (CER)"),
}


async def find_certificate(database: Database, number: str, public_base: str) -> CertificateView:
    """Raises CertificateNotFound."""
    number = number.strip().upper()
    event_code = event_code_of(number)
    if event_code is None:
        raise CertificateNotFound
    rows = await read(database, "read_certificate", event_code, number)
    if not rows:
        raise CertificateNotFound
    first = rows[0]
    footprint = msgspec.json.decode(first["footprint"], type=Footprint)
    offset = OffsetView(
        grams=first["grams"],
        kind=first["kind"],
        allocations=[
            AllocationView(
                batch_id=str(row["batch_id"]),
                product=row["product"],
                project=row["project_name"],
                retirement_ref=row["retirement_ref"],
                grams=row["part_grams"],
                serial_from=row["serial_from"],
                serial_to=row["serial_to"],
            )
            for row in rows
        ],
    )
    event = EventBrief(
        slug=first["slug"], name=Bilingual(first["name_zh"], first["name_en"]), city=first["city"]
    )
    return CertificateView(
        number=number,
        url=f"{public_base}/c/{number}",
        issued_at=first["issued_at"],
        event=event,
        event_starts_on=day_of(first["starts_at"]),
        event_ends_on=day_of(first["ends_at"]),
        boundary=first["boundary"],
        footprint=footprint,
        offset=offset,
        statement=statement(event.name, footprint, offset),
    )


def statement(event: Bilingual, footprint: Footprint, offset: OffsetView) -> Statement:
    """The sentence of a certificate. It never says neutral, and says part when it is a part.

    Chinese: 抵消 (voluntary), 全部 or 部分. English: a contribution, as EU Directive 2024/825 asks.
    """
    products = {part.product for part in offset.allocations}
    products_zh = "、".join(sorted(PRODUCT_NAMES[product][0] for product in products))
    products_en = ", ".join(sorted(PRODUCT_NAMES[product][1] for product in products))
    serials = "、".join(f"{part.serial_from}–{part.serial_to}" for part in offset.allocations)
    total, grams = kilograms(footprint.total_g), kilograms(offset.grams)
    is_full = offset.kind == "full"
    zh = (
        f"持证人已为参加「{event.zh}」产生的估算排放 {total} kgCO₂e 中的 {grams} kgCO₂e，"
        f"通过注销{products_zh}（克序列号 {serials}）进行{'全部' if is_full else '部分'}抵消。"
        f"核算因子集 {footprint.factor_set}，默认情景占比 {footprint.default_pct}%。"
    )
    en = (
        f"The holder has contributed to the cancellation of {grams} kgCO₂e of {products_en} "
        f"(gram serials {serials.replace('、', ', ')}), equal to {'all' if is_full else 'part'} of the estimated "
        f"emissions of {total} kgCO₂e from attending “{event.en}”. Factor set {footprint.factor_set}; "
        f"{footprint.default_pct}% of it rests on default assumptions."
    )
    return Statement(zh, en)


def kilograms(grams: int) -> str:
    """Kilograms to the gram: what a certificate says is exact."""
    return f"{grams // 1000}.{grams % 1000:03d}"
