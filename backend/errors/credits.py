"""Refusals around credit products, projects, batches and their retirement."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class SerialsMalformed(Refusal):
    status, code = 422, "registry_serials_malformed"
    title_zh, title_en = "登记序列号无法识别", "The registry's serials cannot be read"
    detail_zh, detail_en = "序列号有误：{reason}", "{reason}"


class BatchIncomplete(Refusal):
    status, code = 422, "credit_batch_incomplete"
    title_zh, title_en = "该产品的注销信息不完整", "The product's retirement needs more details"
    detail_zh, detail_en = "还缺少：{missing}。", "Still missing: {missing}."


class ProductNotFound(NotFound):
    code = "product_not_found"
    title_zh, title_en = "没有这种碳信用产品", "There is no such credit product"


class ProjectNotFound(NotFound):
    code = "project_not_found"
    title_zh, title_en = "没有这个减排项目", "There is no such project"


class ProofNotFound(NotFound):
    code = "retirement_proof_not_found"
    title_zh, title_en = "没有上传注销证明", "No proof of the retirement was sent"


class ProjectCodeTaken(Refusal):
    status, code = 409, "project_code_taken"
    title_zh, title_en = "该项目代码已被使用", "A project with this code exists"


class ProjectRegistered(Refusal):
    status, code = 409, "project_registered"
    title_zh, title_en = "该登记号的项目已录入", "A project with this registration number was entered before"


class SerialsOverlap(Refusal):
    status, code = 409, "registry_serials_overlap"
    title_zh = "登记序列号与已录入的批次重叠"
    title_en = "Serials of the registry overlap with a batch that was entered before"


class BatchNotRetired(Refusal):
    status, code = 409, "batch_not_retired"
    title_zh, title_en = "该批次尚未注销，不能分配", "The batch is not retired yet and cannot be given away"


class BatchVoid(Refusal):
    status, code = 409, "batch_void"
    title_zh, title_en = "该批次已作废", "The batch was made void"


class NotYetIssued(Refusal):
    status, code = 409, "not_yet_issued"
    title_zh = "新建碳汇尚未签发，只作公示，不能注销或分配"
    title_en = (
        "The sink is planted and not issued yet: it is shown, and can be neither retired nor given away"
    )


class BatchRetired(Refusal):
    status, code = 409, "batch_retired"
    title_zh, title_en = "该批次已经注销", "The batch is retired already"


class BatchAssigned(Refusal):
    status, code = 409, "batch_assigned"
    title_zh, title_en = "该批次已有部分分配给活动", "Something of the batch was given to an event"
    detail_zh, detail_en = "已分配 {grams} 克，不能作废。", "{grams} g were assigned; it cannot be made void."


class DetailsKept(Refusal):
    status, code = 409, "credit_batch_details_kept"
    title_zh, title_en = "已登记的信息不能改写", "What was entered cannot be written over"
    detail_zh, detail_en = "已经登记：{names}。", "Entered before: {names}."
