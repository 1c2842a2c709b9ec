"""Refusals of an event's next step, each with a code that names what is missing; and of its documents."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class StepNotReady(Refusal):
    """The step is legal, and something it needs is missing."""

    status, code = 409, "event_step_not_ready"
    title_zh, title_en = "活动尚不具备进入下一阶段的条件", "The event is not ready for this step"


class AgencyMissing(StepNotReady):
    code = "event_agency_missing"
    title_zh, title_en = "未选择主管部门", "The event names no supervising agency"


class PlanMissing(StepNotReady):
    code = "event_plan_missing"
    title_zh, title_en = "缺少碳中和实施计划", "The event has no plan"
    detail_zh = "请先填写实施计划（plan）：减排措施、抵消方式和目标比例。"
    detail_en = "Write the plan first: what will be reduced, how the rest is offset, and the target."


class NoteMissing(StepNotReady):
    code = "event_note_missing"
    title_zh, title_en = "受理或退回须写明理由", "Accepting or rejecting takes a note with the reason"


class SecondPersonMissing(StepNotReady):
    code = "event_second_person_missing"
    title_zh, title_en = "须由另一人受理或评价", "Another person must accept or evaluate it"
    detail_zh = "您创建、修改或提交过这份申请，须由未参与申报的运营方人员办理。"
    detail_en = (
        "You created, changed or submitted what was filed: an operator who did not has to take this step."
    )


class FactorSetMissing(StepNotReady):
    code = "event_factor_set_missing"
    title_zh, title_en = "未锁定可用的因子集", "The event has no factor set that is known here"
    detail_zh = "因子集 {factor_set} 不存在。"
    detail_en = "There is no factor set {factor_set}."


class EventNotEnded(StepNotReady):
    code = "event_not_ended"
    title_zh, title_en = "活动尚未结束", "The event has not ended yet"
    detail_zh, detail_en = "活动于 {ends_at} 结束。", "It ends at {ends_at}."


class OrganiserEmissionMissing(StepNotReady):
    code = "event_organiser_emission_missing"
    title_zh, title_en = "缺少主办方排放量", "The organiser's own emissions are missing"
    detail_zh = "碳中和范围为 {scope}，请填写 organiser_emission_g（gCO2e）。"
    detail_en = "The event's scope is {scope}: give organiser_emission_g (gCO2e)."


class RetiredGramsMissing(StepNotReady):
    code = "event_retired_grams_missing"
    title_zh, title_en = "已注销的碳信用不足以抵消全部排放", "Fewer grams are retired than were emitted"
    detail_zh = "排放 {emission_g} 克，已注销 {retired_g} 克。请补充碳信用，或声明为部分抵消（is_partial）。"
    detail_en = (
        "{emission_g} g were emitted and {retired_g} g are retired. "
        "Add credits, or say that the offset is partial (is_partial)."
    )


class EvaluationMissing(StepNotReady):
    code = "event_evaluation_missing"
    title_zh, title_en = "缺少评价依据", "The evaluation rests on nothing yet"
    detail_zh = "请上传核查报告（verifier_report），或填写自我声明（statement）。"
    detail_en = "Upload a verifier_report, or write the self-declaration (statement)."


class DocumentsMissing(StepNotReady):
    code = "event_documents_missing"
    title_zh, title_en = "示范项目的文件不齐", "Documents of a demonstration event are missing"
    detail_zh, detail_en = "还缺：{kinds}。", "Still missing: {kinds}."


class EventFiled(Refusal):
    status, code = 409, "event_filed"
    title_zh, title_en = "申请已受理，不能再修改", "What was filed was accepted and takes no more changes"


class AgencyForeign(Refusal):
    status, code = 422, "agency_foreign"
    title_zh, title_en = "该部门不主管这类活动", "This agency does not supervise events of this kind"
    detail_zh = "{kind} 类活动由 {agencies} 主管。"
    detail_en = "Events of kind {kind} are supervised by {agencies}."


class TemplateUnfit(Refusal):
    status, code = 422, "template_unfit"
    title_zh, title_en = "活动不适用该模板", "The event does not fit the template"
    detail_zh = "年会模板只用于不超过 {people_max} 人的活动，须填写 expected_people。"
    detail_en = "The annual meeting's template takes events of up to {people_max}; give expected_people."


class DocumentNotFound(NotFound):
    code = "document_not_found"
    title_zh, title_en = "没有这份文件", "There is no such document"


class DocumentLimit(Refusal):
    status, code = 409, "document_limit"
    title_zh, title_en = "活动文件数量达到上限", "The event has as many documents as it may"
    detail_zh, detail_en = "每个活动最多 {documents_max} 份。", "An event has {documents_max} at most."
