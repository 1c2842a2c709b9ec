"""What a certificate says, as the document that is signed and logged. No name and no id of a person is in it.

Chinese: 抵消, 全部 or 部分, never neutral. English: a contribution, as EU Directive 2024/825 asks. Where the organiser
neutralises the same emissions already, both languages say contribution (domain rules on double counting).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

import msgspec

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.signatures import instant

CERTIFICATE_TYPE = "tianfu-certificate-v1"
LINE_FIELDS = ("source", "quantity", "unit", "factor_id", "factor_g", "emission_g")

Claim = Literal["offset", "contribution"]
"""Whether anything of it is no offset: `contribution` as soon as a gram goes beyond what the organiser leaves open."""

Reading = Literal["offset", "mixed", "contribution"]
"""How the grams are called: `mixed` where some of them offset and the others are a contribution."""

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


class EventFacts(msgspec.Struct, frozen=True):
    """The event of a certificate."""

    id: str
    slug: str
    name_zh: str
    name_en: str
    city: str
    starts_on: date
    ends_on: date
    boundary: str


class FootprintFacts(msgspec.Struct, frozen=True):
    """The footprint of a certificate; `lines_sha256` stands for its lines, each with quantity, factor and grams."""

    total_g: int
    basis: str
    uncertainty_pct: int
    default_pct: int
    factor_set: str
    organiser_g: int
    lines_sha256: str


class Part(msgspec.Struct, frozen=True):
    """Grams of one retired batch, by their serials."""

    batch_id: str
    product: str
    project: str
    retirement_ref: str
    grams: int
    serial_from: int
    serial_to: int


class OffsetFacts(msgspec.Struct, frozen=True):
    """One person's offset, without the person."""

    number: str
    revision: int
    grams: int
    kind: str
    issued_at: datetime
    parts: Sequence[Part]
    claim: Claim = "offset"
    released_g: int = 0


def certificate_document(event: EventFacts, footprint: FootprintFacts, offset: OffsetFacts) -> Document:
    """The document of a certificate."""
    zh, en = statement(event, footprint, offset)
    return {
        "type": CERTIFICATE_TYPE,
        "number": offset.number,
        "revision": offset.revision,
        "issued_at": instant(offset.issued_at),
        "event": {
            "id": event.id,
            "slug": event.slug,
            "name": {"zh-CN": event.name_zh, "en": event.name_en},
            "city": event.city,
            "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(),
            "boundary": event.boundary,
        },
        "footprint": msgspec.structs.asdict(footprint),
        "offset": {
            "grams": offset.grams,
            "kind": offset.kind,
            "claim": offset.claim,
            "contribution_g": contribution_of(footprint, offset),
            "released_g": offset.released_g,
            "allocations": [msgspec.structs.asdict(part) for part in offset.parts],
        },
        "statement": {"zh-CN": zh, "en": en},
    }


def contribution_of(footprint: FootprintFacts, offset: OffsetFacts) -> int:
    """Grams that go beyond the emissions which the organiser leaves open: they can be no offset of them."""
    return max(0, offset.grams - (footprint.total_g - footprint.organiser_g))


def reading_of(grams: int, contribution_g: int) -> Reading:
    if contribution_g <= 0:
        return "offset"
    return "mixed" if contribution_g < grams else "contribution"


def statement(event: EventFacts, footprint: FootprintFacts, offset: OffsetFacts) -> tuple[str, str]:
    """The sentence of a certificate in Chinese and English. It says part when it is a part."""
    total, grams = kilograms(footprint.total_g), kilograms(offset.grams)
    if not offset.parts:
        return (
            f"参加「{event.name_zh}」的抵消已在行程更正后全部释放，本证书不再代表任何注销量。",
            f"What was cancelled for attending “{event.name_en}” was released when the journey was corrected: this "
            "certificate stands for nothing any more.",
        )
    contribution_g = contribution_of(footprint, offset)
    reading = reading_of(offset.grams, contribution_g)
    share_zh, share_en = ("全部", "all") if offset.kind == "full" else ("部分", "part")
    cancelled_zh = (
        f"{_products(offset.parts, 0)}（{_projects(offset.parts, '项目 {}', '、')}，"
        f"克序列号 {_serials(offset.parts, '、')}）"
    )
    zh = f"持证人已为参加「{event.name_zh}」产生的估算排放 {total} kgCO₂e 中的 {grams} kgCO₂e"
    if reading == "mixed":
        zh += f"（{share_zh}）注销{cancelled_zh}：{_mixed(offset.grams, contribution_g)[0]}"
    else:
        zh += f"，通过注销{cancelled_zh}进行{share_zh}{'抵消' if reading == 'offset' else '贡献'}。"
    zh += f"核算因子集 {footprint.factor_set}，默认情景占比 {footprint.default_pct}%。"
    en = (
        f"The holder has contributed to the cancellation of {grams} kgCO₂e of {_products(offset.parts, 1)} "
        f"({_projects(offset.parts, 'project {}', ', ')}, gram serials {_serials(offset.parts, ', ')}), equal to "
        f"{share_en} of the estimated emissions of {total} kgCO₂e from attending "
        f"“{event.name_en}”.{_mixed(offset.grams, contribution_g)[1] if reading == 'mixed' else ''} "
        f"Factor set {footprint.factor_set}; {footprint.default_pct}% of the estimate rests on default assumptions."
    )
    if reading == "contribution":
        zh += "主办方已承诺中和相应排放，本证书为额外贡献，不作抵消声明。"
        en += (
            " The organiser takes care of these emissions; this is a contribution on top and offsets nothing."
        )
    return zh, en


def _mixed(grams: int, contribution_g: int) -> tuple[str, str]:
    """What the organiser takes care of is said of that part alone."""
    told, rest = kilograms(contribution_g), kilograms(grams - contribution_g)
    return (
        f"其中 {told} kgCO₂e 为额外贡献（主办方已承诺中和的部分），不作抵消声明，其余 {rest} kgCO₂e 用于抵消。",
        f" Of it {told} kgCO₂e are a contribution on top, for the part of the emissions that the organiser takes "
        f"care of, and offset nothing; the other {rest} kgCO₂e stand against the rest of the emissions.",
    )


def lines_digest(lines: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of a footprint's lines, whatever way their numbers are spelled."""
    rendered = [[_rendered(line[name]) for name in LINE_FIELDS] for line in lines]
    return sha256(canonical_bytes(rendered)).hexdigest()


def kilograms(grams: int) -> str:
    """Kilograms to the gram: what a certificate says is exact."""
    return f"{grams // 1000}.{grams % 1000:03d}"


def _rendered(value: object) -> str:
    if isinstance(value, str):
        return value
    number = format(Decimal(str(value)), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _products(parts: Sequence[Part], language: int) -> str:
    names = {PRODUCT_NAMES.get(part.product, (part.product, part.product))[language] for part in parts}
    return ("、", ", ")[language].join(sorted(names))


def _projects(parts: Sequence[Part], form: str, comma: str) -> str:
    return comma.join(form.format(name) for name in dict.fromkeys(part.project for part in parts))


def _serials(parts: Sequence[Part], comma: str) -> str:
    return comma.join(f"{part.serial_from}–{part.serial_to}" for part in parts)
