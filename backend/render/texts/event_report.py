"""Names and sentences of an event's report, Chinese and English; its page, its PDF and its CSV say the same."""

from __future__ import annotations

from backend.domain.events.lifecycle import Account
from backend.domain.plurals import agreeing
from backend.messages.shape import Bilingual, Statement

NAMES: dict[str, tuple[str, str]] = {
    "other": ("其他（合并）", "Other (combined)"),
    "source.travel_intercity": ("往返活动城市", "Travel to the city and back"),
    "source.airport_transfer": ("机场接驳", "To and from airports"),
    "source.travel_local": ("市内交通", "Getting around town"),
    "source.lodging": ("住宿", "Lodging"),
    "source.meals": ("餐饮", "Meals"),
    "source.venue_energy": ("场馆用能", "Venue energy"),
    "source.materials": ("会务物料", "Materials"),
    "source.waste": ("废弃物", "Waste"),
    "category.local": ("本地", "Local"),
    "category.province": ("省内", "From the province"),
    "category.national": ("国内", "From elsewhere in China"),
    "category.international": ("境外", "From abroad"),
    "category.none": ("未分类", "No category"),
    "basis.default": ("默认情景", "Default profile"),
    "basis.partial": ("部分告知", "Partly told"),
    "basis.declared": ("完整告知", "Fully told"),
    "mode.hsr": ("高铁", "High-speed rail"),
    "mode.train": ("普通火车", "Train"),
    "mode.plane": ("飞机", "Plane"),
    "mode.coach": ("长途客车", "Coach"),
    "mode.car": ("燃油车", "Petrol car"),
    "mode.bev": ("电动车", "Electric car"),
    "mode.taxi": ("出租车", "Taxi"),
    "mode.motorbike": ("摩托车", "Motorbike"),
    "mode.local": ("本地人，无城际出行", "Local, no travel between cities"),
    "payer.sponsor": ("赞助方", "Sponsor"),
    "payer.points": ("积分（赞助方出资）", "Points (funded by a sponsor)"),
    "boundary.core": ("核心边界", "core boundary"),
    "boundary.extended": ("扩展边界", "extended boundary"),
    "kind.published": ("公布值", "published"),
    "kind.calculated": ("计算值", "calculated"),
    "kind.assumption": ("假设值", "assumption"),
    "document.plan": ("实施计划", "Implementation plan"),
    "document.reduction_actions": ("减排行动", "Reduction actions"),
    "document.neutralisation": ("抵消说明", "Offset statement"),
    "document.evaluation": ("评价报告", "Evaluation"),
    "document.verifier_report": ("核查报告", "Verifier's report"),
    "document.retirement_proof": ("注销证明", "Retirement proof"),
    "document.other": ("其他", "Other"),
}

CORE_SOURCES = ("travel_intercity", "airport_transfer", "travel_local", "lodging")
EXTENDED_SOURCES = (*CORE_SOURCES, "meals", "venue_energy", "materials", "waste")

TEXTS: dict[str, tuple[str, str]] = {
    "brand": ("天府碳迹", "Tianfu Carbon"),
    "title": ("活动碳报告", "Carbon report of an event"),
    "final": ("正式报告", "Final"),
    "provisional": ("暂定数字", "Provisional"),
    "made": ("生成于 {at}", "made {at}"),
    "people": ("参加人数", "People"),
    "people.note": ("扫码参加者", "who joined by scanning"),
    "emission": ("估算排放", "Estimated emissions"),
    "retired": ("为活动注销", "Retired for the event"),
    "allocated": ("分配给参加者", "Allocated to people"),
    "surplus": ("结余", "Surplus"),
    "mean": ("人均", "Mean per person"),
    "median": ("中位数", "Median"),
    "uncertainty": ("不确定性", "Uncertainty"),
    "default_share": ("默认情景占比", "Share on default assumptions"),
    "conclusion": ("结论", "Conclusion"),
    "by_source": ("按排放源", "By source"),
    "neutralised": ("主办方负责中和的排放源", "Neutralised by the organiser"),
    "neutralised.hidden": ("不足 5 人，并入「其他」", "fewer than 5 people, in “other”"),
    "neutralised.sum": ("合计", "In all"),
    "contribution": ("个人抵消中属于贡献的部分", "Of the people's offsets, contributions"),
    "by_category": ("按人员类别", "By category of badge"),
    "by_basis": ("行程告知程度", "How much people told"),
    "modes": ("出行方式", "How people came"),
    "distribution": ("个人足迹分布", "Distribution of footprints"),
    "participation": ("参与时间", "Participation over time"),
    "participation.step": ("每 {minutes} 分钟加入人数", "people who joined in each {minutes} minutes"),
    "participation.hours": ("每小时加入人数", "people who joined in each hour"),
    "participation.days": ("每天加入人数", "people who joined on each day"),
    "reductions": ("活动中记录的减排行为", "Low-carbon actions logged at the event"),
    "offsets": ("抵消", "Offsets"),
    "products": ("按产品与项目", "By product and project"),
    "serials": ("克序列号", "Serials, one per gram"),
    "surplus.serials": ("结余的克序列号", "Serials of the surplus"),
    "factors": ("方法与因子", "Method and factors"),
    "documents": ("文件", "Documents"),
    "notes": ("说明", "Notes"),
    "source": ("排放源", "Source"),
    "category": ("类别", "Category"),
    "mode": ("方式", "Way"),
    "basis": ("告知", "Told"),
    "range": ("范围", "Range"),
    "time": ("时间", "Time"),
    "joined": ("加入", "Joined"),
    "offset": ("抵消", "Offset"),
    "actions": ("行为", "Actions"),
    "method": ("方法", "Method"),
    "reduction": ("已核实减排量", "Verified reduction"),
    "own_word": ("自报减排量", "On one's own word"),
    "share": ("占比", "Share"),
    "defaults": ("其中默认情景", "On defaults"),
    "product": ("产品", "Product"),
    "project": ("项目", "Project"),
    "vintage": ("年份", "Vintage"),
    "retirement": ("注销凭证", "Retirement"),
    "retired_on": ("注销日", "Retired on"),
    "batch": ("批次", "Batch"),
    "from": ("起", "From"),
    "to": ("止", "To"),
    "grams": ("克", "Grams"),
    "factor": ("因子", "Factor"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "region": ("地区", "Region"),
    "year": ("年份", "Year"),
    "publisher": ("来源", "Source"),
    "trust": ("性质", "Kind"),
    "payer": ("出资", "Paid by"),
    "count.full": ("全部抵消", "Offset in full"),
    "count.partial": ("部分抵消", "Offset in part"),
    "count.waiting": ("等待补充额度", "Waiting for credits"),
    "count.without": ("未要求抵消", "Did not ask"),
    "document": ("文件", "Document"),
    "kind": ("类型", "Kind"),
    "bytes": ("字节", "Bytes"),
    "sha256": ("SHA-256", "SHA-256"),
    "item": ("项目", "Item"),
    "event": ("活动", "Event"),
    "slug": ("标识", "Slug"),
    "city": ("城市", "City"),
    "dates": ("时间", "Dates"),
    "boundary": ("核算边界", "Accounting boundary"),
    "factor_set": ("因子集", "Factor set"),
    "nothing": ("没有记录。", "Nothing was recorded."),
    "page": ("第 {page} 页", "page {page}"),
    "digest": ("报告 SHA-256", "SHA-256 of the report"),
    "download": ("下载", "Download"),
    "independent": (
        "独立系统，并非官方「碳惠天府」平台。",
        "An independent system, not the official Tanhui Tianfu scheme.",
    ),
}

REDUCTIONS_NOTE = Statement(
    "减排量是相对基准情景的估算，与排放并列，从不从排放中扣减。",
    "A reduction is an estimate against a baseline. It stands beside the emissions and is never subtracted from them.",
)
NEUTRALISED_NOTE = Statement(
    "主办方自行负责中和上述排放源。个人为这些排放源支付的额度是在此之外的贡献，不称为抵消。",
    "The organiser neutralises these sources itself. What people pay for there is a contribution on top and is not "
    "called an offset.",
)
NEUTRALISED_NONE = Statement(
    "主办方未声明自行中和任何排放源；个人的抵消对应其足迹的全部排放源。",
    "The organiser has declared no source as neutralised; the offsets of people stand for all sources of their "
    "footprints.",
)
NOTES = (
    Statement(
        "总量是每名扫码参加者足迹之和；未扫码者和主办方自身的排放不在其内。",
        "Totals are the sums of the footprints of people who scanned; others, and the organiser's own emissions, "
        "are not part of them.",
    ),
    Statement(
        "足迹每行向上取整到克：总量可能略高估，从不低估。未告知的内容按默认情景计算。",
        "Each line of a footprint is rounded up to a whole gram: a total may be a little too high, never too low. "
        "What was not told is filled in by the default profile.",
    ),
    Statement(
        "不确定性为所有足迹同向偏差时的半宽（默认 50%、部分告知 30%、完整告知 20%，按足迹加权）。",
        "The uncertainty is the half-width if every footprint errs the same way (50 % by default, 30 % partly told, "
        "20 % fully told, weighted by footprint).",
    ),
    Statement(
        "不足 5 人的组并入「其他」，以免认出个人。",
        "Groups of fewer than 5 people are part of “other”, so that nobody can be recognised.",
    ),
    Statement(
        "结余额度已为本活动注销，不再用于其他活动或个人。",
        "The surplus was retired for this event and is not used for another event or person.",
    ),
)


def name_of(kind: str, key: str) -> Bilingual:
    """The name of something in a report; a key that nobody named stands for itself."""
    found = NAMES.get(key if key == "other" else f"{kind}.{key}", (key, key))
    return Bilingual(*found)


def say(language: str, key: str, **facts: object) -> str:
    return TEXTS[key][language == "en"].format(**facts)


def kilograms(grams: int) -> str:
    """Kilograms to the gram, with thousands apart."""
    return f"{grams // 1000:,}.{grams % 1000:03d}"


def mass(grams: int) -> str:
    """Grams below 1,000, kilograms with two decimals above, tonnes with three from 100 tonnes on."""
    if grams < 1000:
        return f"{grams} g"
    if grams >= 100_000_000:
        return f"{grams / 1_000_000:,.3f} t"
    return f"{grams / 1000:,.2f} kg"


WHOSE: dict[str, tuple[str, str]] = {
    "attendees": ("{people} 名扫码参加者", "of {people} {people:person|people} who scanned"),
    "organiser": ("主办方自身", "of the organiser's own"),
    "all": (
        "{people} 名扫码参加者和主办方",
        "of {people} {people:person|people} who scanned and of the organiser",
    ),
}


def conclusion(
    event: Bilingual, boundary: str, account: Account, people: int, *, is_neutral: bool
) -> Statement:
    """The sentence about what the event may claim.

    碳中和 stands only where the credits retired cover all emissions of the declared boundary, the event is closed and
    it was evaluated (MEE announcement 2019 No. 19). English tells what was paid for instead (EU 2024/825).
    """
    words = NAMES[f"boundary.{boundary}"]
    facts: dict[str, object] = {"people": f"{people:,}"}
    whose = [agreeing(text, facts).format(**facts) for text in WHOSE[account.scope]]
    emitted, retired = kilograms(account.boundary_g), kilograms(account.retired_g)
    zh = f"「{event.zh}」{words[0]}内，{whose[0]}的估算排放为 {emitted} kgCO₂e，已为本活动注销 {retired} kgCO₂e。"
    en = (
        f"The estimated emissions of “{event.en}” within its {words[1]}, {whose[1]}, are {emitted} kgCO₂e; "
        f"{retired} kgCO₂e were retired for the event. "
    )
    if account.scope != "attendees" and account.organiser_emission_g is None:
        return Statement(
            f"{zh}主办方自身的排放尚未报告。", f"{en}The organiser's own emissions are not told yet."
        )
    if not account.is_neutral:
        tenths = 1000 * account.retired_g // account.boundary_g if account.boundary_g else 0
        share = f"{tenths // 10}.{tenths % 10}"
        return Statement(f"{zh}占 {share}%，属部分抵消。", f"{en}This is {share} %: a part is offset.")
    if not is_neutral:
        return Statement(
            f"{zh}注销量不少于排放量；活动完成评价并结束后方可作出声明。",
            f"{en}The credits cover these emissions; a claim may be made when the event is evaluated and closed.",
        )
    return Statement(
        f"{zh}注销量不少于排放量，并已完成评价：本活动在上述边界内实现碳中和。",
        f"{en}The credits cover all of these emissions, and the event was evaluated.",
    )
