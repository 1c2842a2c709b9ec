"""Refusals about scenes, photos, devices and reviews."""

from __future__ import annotations

from backend.errors import NotFound, Refusal

# -- scenes ----------------------------------------------------------------------------------------


class SceneNotFound(NotFound):
    code = "scene_not_found"
    title_zh, title_en = "没有这个低碳场景", "There is no such scene"


class SceneClosed(Refusal):
    status, code = 409, "scene_closed"
    title_zh, title_en = "该低碳场景已停止认证", "This scene is no longer certified"


class SceneListed(Refusal):
    status, code = 409, "scene_listed"
    title_zh, title_en = "该低碳场景已登记", "This scene is listed already"
    detail_zh = "同类型、同名称、同地址的场景已登记，编号 {scene}。"
    detail_en = "A scene of this kind, name and address is listed with the code {scene}."


class SceneMethodMismatch(Refusal):
    status, code = 422, "scene_method_mismatch"
    title_zh, title_en = "该场景不能记录这种行为", "This act cannot be logged at this scene"
    detail_zh = "此类场景（{kind}）可记录：{methods}。"
    detail_en = "A scene of this kind ({kind}) takes: {methods}."


class SheetsTooMany(Refusal):
    status, code = 422, "sheets_too_many"
    title_zh, title_en = "一次打印的场景过多", "Too many sheets at once"
    detail_zh = "共 {sheets} 个场景，一份文件最多 {sheets_max} 页；请按编号分批打印。"
    detail_en = (
        "These are {sheets} scenes and a file holds {sheets_max} sheets; ask for some of them by code."
    )


class CsvUnreadable(Refusal):
    status, code = 422, "csv_unreadable"
    title_zh, title_en = "无法读取 CSV 文件", "The CSV file cannot be read"
    detail_zh = "须为 UTF-8 编码，首行为列名 {columns}，最多 {rows_max} 行。{reason}"
    detail_en = "It is UTF-8, begins with the columns {columns} and has at most {rows_max} rows. {reason}"


class CsvRowBroken(Refusal):
    status, code = 422, "csv_row_broken"
    title_zh, title_en = (
        "CSV 中有一行不正确，未导入任何内容",
        "A row of the CSV is wrong; nothing was imported",
    )
    detail_zh = "第 {line} 行，列 {column}：{reason}"
    detail_en = "Line {line}, column {column}: {reason}"


# -- photos ----------------------------------------------------------------------------------------


class PhotoUnreadable(Refusal):
    status, code = 422, "photo_unreadable"
    title_zh, title_en = "无法识别这张照片", "The photo cannot be read"
    detail_zh = "须为完整的 JPEG、PNG 或 WebP 图片。"
    detail_en = "It must be a whole JPEG, PNG or WebP picture."


class PhotoTooLarge(Refusal):
    status, code = 422, "photo_too_large"
    title_zh, title_en = "照片像素过多", "The photo has too many pixels"
    detail_zh = "最多 {pixels_max} 像素，长宽均不超过 {side_max} 像素。"
    detail_en = "At most {pixels_max} pixels, neither side longer than {side_max}."


class PhotosPerDay(Refusal):
    status, code = 429, "photos_per_day"
    title_zh, title_en = "今日上传的照片已达上限", "No more photos can be sent today"
    detail_zh = "每人每天最多 {photos_max} 张。"
    detail_en = "{photos_max} photos a person and day."
    retry_after_s = 3600.0


class PhotoNotFound(NotFound):
    code = "photo_not_found"
    title_zh, title_en = "没有这张照片", "There is no such photo"
    detail_zh = "请先上传照片；照片在保存期满后删除。"
    detail_en = "Send the photo first. Photos are removed after their time."


class PhotoUsed(Refusal):
    status, code = 409, "photo_used"
    title_zh, title_en = "这张照片已用于另一次行为", "This photo was used for another action"


class PhotoPlaceMissing(Refusal):
    status, code = 422, "photo_place_missing"
    title_zh, title_en = "照片证据不完整", "The photo's evidence is not whole"
    detail_zh = "E4 须同时提供 photo、lat 和 lon；其他等级不带这些字段。"
    detail_en = "E4 takes photo, lat and lon together; other tiers take none of them."


# -- devices ---------------------------------------------------------------------------------------


class DeviceMalformed(Refusal):
    status, code = 400, "device_malformed"
    title_zh, title_en = "X-Device 格式不正确", "The X-Device header is malformed"
    detail_zh, detail_en = "须为 1–64 个可见 ASCII 字符。", "It takes 1 to 64 visible ASCII characters."


# -- reviews ---------------------------------------------------------------------------------------


class ReviewNotFound(NotFound):
    code = "review_not_found"
    title_zh, title_en = "没有这条审核", "There is no such review"


class ReviewDecided(Refusal):
    status, code = 409, "review_decided"
    title_zh, title_en = "这条审核已有结论", "This review was decided before"
    detail_zh, detail_en = "结论：{state}。", "It is {state}."


EVIDENCE_REFUSALS: tuple[type[Refusal], ...] = (
    SceneClosed,
    SceneMethodMismatch,
    PhotoNotFound,
    PhotoUsed,
    PhotoPlaceMissing,
    DeviceMalformed,
)
"""What may be wrong with the evidence of an action."""
