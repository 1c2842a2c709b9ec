"""What a certificate's picture and sheet say beside the signed statement, Chinese and English.

A part, a contribution and what was given up are told apart here as the document tells them; 碳中和 is no word of a
certificate, not even to say that none is claimed: a picture that is cut and passed on keeps the word, not the "no".
"""

from __future__ import annotations

from datetime import datetime

from backend.domain.certificates.document import PRODUCT_NAMES, Reading, kilograms, reading_of
from backend.domain.days import SHANGHAI
from backend.domain.plurals import agreeing
from backend.messages.events.scans import AllocationView, CertificateRevision, CertificateView
from backend.render.texts.event_report import NAMES

TEXTS: dict[str, tuple[str, str]] = {
    "brand": ("天府碳迹", "Tianfu Carbon"),
    "heading.offset": ("活动碳排放抵消证书", "Certificate of contribution"),
    "heading.mixed": ("活动碳排放抵消与贡献证书", "Certificate of contribution"),
    "heading.contribution": ("活动碳排放贡献证书", "Certificate of contribution"),
    "holder": ("持证人", "Held by"),
    "held": ("持证人：{name}", "Held by {name}"),
    "beside": ("{name}：{value}", "{name}: {value}"),
    "share.offset.full": ("全部抵消", "all of the estimate"),
    "share.offset.partial": ("部分抵消", "part of the estimate"),
    "share.mixed.full": ("全部：抵消与贡献", "all of it: offset and contribution"),
    "share.mixed.partial": ("部分：抵消与贡献", "part of it: offset and contribution"),
    "share.contribution": ("贡献，非抵消", "contribution, not offset"),
    "share.nothing": ("已全部释放", "all of it released"),
    "amount": ("已注销（CO₂e）", "cancelled (CO₂e)"),
    "estimate": ("估算排放 {kg} kgCO₂e，±{pct}%", "estimated emissions {kg} kgCO₂e, ±{pct} %"),
    "contribution": ("其中贡献（非抵消）", "Contribution, not offset"),
    "contribution.why": (
        "{kg} kgCO₂e，所涉排放源由主办方承诺中和",
        "{kg} kgCO₂e, the organiser takes care of these",
    ),
    "released": ("已释放", "Released"),
    "released.why": (
        "{kg} kgCO₂e，行程更正后放弃，也不分给他人",
        "{kg} kgCO₂e, as the journey was corrected; nobody gets it",
    ),
    "statement": ("声明", "Statement"),
    "credits": ("所用碳信用", "Credits used"),
    "credits.none": ("本证书不再持有任何碳信用。", "The certificate holds no credits any more."),
    "serials": ("克序列号 {first}–{last}", "gram serials {first}–{last}"),
    "more": ("另有 {count} 批", "and {count} more {count:batch|batches}"),
    "revisions": ("修订记录", "Revisions"),
    "revisions.more": (
        "另有 {count} 次更早的记录，见证书页面",
        "earlier ones: {count}, see the certificate's page",
    ),
    "revision.first": ("签发 · 第 {number} 版", "Issue · revision {number}"),
    "revision.later": ("第 {number} 版", "Revision {number}"),
    "revision.logged": ("日志第 {position} 条", "entry {position} of the log"),
    "revision.waiting": ("尚未入日志", "not sealed yet"),
    "revision.passed": ("入日志前已再次变更", "changed again before it was sealed"),
    "logged": (
        "已签名，并已入公开日志第 {position} 条（{day}）",
        "Signed, and entry {position} of the public log ({day})",
    ),
    "signed": ("已签名，正在写入公开日志", "Signed; on its way into the public log"),
    "scan": ("扫码查验本证书", "Scan to check this certificate"),
    "note": (
        "一笔估算与一笔自愿注销，不作任何中和声明，不可交易。独立系统，并非官方「碳惠天府」平台。",
        "One estimate and one voluntary contribution; no claim of neutrality, not to be traded. "
        "An independent system, not the official Tanhui Tianfu scheme.",
    ),
    "number": ("证书编号", "Number"),
    "issued": ("签发时间", "Issued"),
    "event": ("活动", "Event"),
    "days": ("日期", "Days"),
    "cancelled": ("注销量", "Cancelled"),
    "total": ("估算排放", "Estimated emissions"),
    "basis": ("默认情景占比", "Rests on defaults"),
    "set": ("核算因子集", "Factor set"),
    "lines": ("足迹明细与因子", "Footprint and factors"),
    "line.organiser": ("主办方中和", "the organiser takes care of it"),
    "project": ("产品与项目", "Product and project"),
    "retirement": ("注销凭证", "Retirement reference"),
    "batch": ("批次", "Batch"),
    "serial": ("克序列号", "Gram serials"),
    "check": ("离线查验", "How to check it"),
    "leaf": ("日志叶哈希", "Leaf hash"),
    "root": ("树头（{size} 条）", "Head ({size} {size:entry|entries})"),
    "signature": ("Ed25519 签名（{key_id}）", "Ed25519 signature ({key_id})"),
    "how": (
        "保存 {url} 的 JSON 记录与公钥文件，运行 tianfu verify；步骤见 docs/certificates.md。",
        "Keep the JSON record of {url} and the file of public keys, then run tianfu verify; "
        "docs/certificates.md tells how to do it by hand.",
    ),
    "page": ("第 {page} 页", "page {page}"),
}

UNITS: dict[str, tuple[str, str]] = {
    "pkm": ("人公里", "passenger-km"),
    "vkm": ("车公里", "vehicle-km"),
    "room_night": ("间夜", "room-nights"),
    "meal": ("餐", "meals"),
    "kWh": ("千瓦时", "kWh"),
    "person": ("人", "person"),
    "kg": ("千克", "kg"),
}


def say(key: str, language: str, **facts: object) -> str:
    return agreeing(TEXTS[key][language == "en"], facts).format(**facts)


def either(view: CertificateView, language: str) -> tuple[str, str]:
    """The event's name and the statement.

    Our fonts draw curly quotes as wide as a Chinese character, which tears an English sentence apart.
    """
    if language == "en":
        return view.event.name.en, view.statement.en.replace("“", '"').replace("”", '"')
    return view.event.name.zh, view.statement.zh


def reading(view: CertificateView) -> Reading:
    """What the grams are called wherever the certificate shows them."""
    return reading_of(view.offset.grams, view.offset.contribution_g)


def heading(view: CertificateView, language: str) -> str:
    return say(f"heading.{reading(view)}", language)


def share(view: CertificateView, language: str) -> str:
    """Whether the grams are all or a part of the estimate, and no offset, or not all of it one, where that is so."""
    if not view.offset.allocations:
        return say("share.nothing", language)
    called = reading(view)
    if called == "contribution":
        return say("share.contribution", language)
    return say(f"share.{called}.{view.offset.kind}", language)


def beside(view: CertificateView, language: str) -> list[tuple[str, str]]:
    """What stands beside the grams, where there is any: the contribution among them, and what was given up."""
    offset = view.offset
    return [
        (say(key, language), say(f"{key}.why", language, kg=kilograms(grams)))
        for key, grams in (("contribution", offset.contribution_g), ("released", offset.released_g))
        if grams > 0
    ]


def product(part: AllocationView, language: str) -> str:
    name = PRODUCT_NAMES.get(part.product, (part.product, part.product))[language == "en"]
    return f"{name} · {part.project}"


def source(code: str, language: str) -> str:
    return NAMES.get(f"source.{code}", (code, code))[language == "en"]


def unit(code: str, language: str) -> str:
    return UNITS.get(code, (code, code))[language == "en"]


def proof_state(view: CertificateView, language: str) -> str:
    if view.log is None:
        return say("signed", language)
    head = view.log.head
    return say(
        "logged", language, position=view.log.position, day=head.signed_at[:16].replace("T", " ") + "Z"
    )


def revision_state(view: CertificateView, revision: CertificateRevision) -> str:
    """`logged`, `waiting`, or `passed`: what changed again before it was sealed never gets an entry of its own."""
    if revision.position is not None:
        return "logged"
    return "waiting" if revision is view.revisions[-1] else "passed"


def revision_told(view: CertificateView, revision: CertificateRevision, language: str) -> tuple[str, str]:
    """Number and time of a revision, and what it stood for."""
    state = say(f"revision.{revision_state(view, revision)}", language, position=revision.position)
    which = "first" if revision is view.revisions[0] else "later"
    number = say(f"revision.{which}", language, number=revision.revision)
    return f"{number} · {moment(revision.changed_at)}", f"{kilograms(revision.grams)} kgCO₂e · {state}"


def moment(at: datetime) -> str:
    """On the clock of the city."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
