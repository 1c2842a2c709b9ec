"""Refusals about badges: their files, their replacement, their printing."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class BadgeNotFound(NotFound):
    code = "badge_not_found"
    title_zh, title_en = "没有这个证件", "There is no such badge"


class BadgeImportNotFound(NotFound):
    code = "badge_import_not_found"
    title_zh, title_en = "没有这次导入", "There is no such import"


class BadgeFileUnreadable(Refusal):
    status, code = 422, "badge_file_unreadable"
    title_zh, title_en = "无法读取证件文件", "The file of badges cannot be read"
    detail_zh = "须为 CSV（UTF-8 或 GB18030），首行为列名（{columns}），最多 {rows_max} 行。问题：{reason}"
    detail_en = (
        "It is CSV in UTF-8 or GB18030, begins with a row of columns ({columns}) and has at most {rows_max} rows: "
        "{reason}"
    )


class BadgeRowsBroken(Refusal):
    status, code = 422, "badge_rows_broken"
    title_zh, title_en = (
        "文件中有错误的行，未导入任何内容",
        "Rows of the file are wrong; nothing was imported",
    )
    detail_zh = "共 {errors_total} 处错误，行号：{rows}。逐行原因见导入记录 {import_id}。"
    detail_en = (
        "Mistakes in all: {errors_total}, in the rows {rows}. "
        "The import {import_id} says what is wrong with each."
    )


class BadgeSerialsUnknown(Refusal):
    status, code = 422, "badge_serials_unknown"
    title_zh, title_en = "文件中有不存在的证件编号", "Serials of the file do not exist"
    detail_zh = "未作任何更改。不存在的编号：{serials}"
    detail_en = "Nothing was changed. These are not there: {serials}"


class BadgeReissued(Refusal):
    status, code = 409, "badge_reissued"
    title_zh, title_en = "该证件已补发", "This badge was replaced already"
    detail_zh = "证件 {serial} 已由 {reissued_as} 号证件代替。"
    detail_en = "Badge {serial} was replaced by badge {reissued_as}."


class BadgeAliasMalformed(Refusal):
    status, code = 422, "badge_alias_malformed"
    title_zh, title_en = "腕带或芯片编号格式不正确", "The id of the wristband or tag is malformed"
    detail_zh = "须为 4–64 个字母或数字，可含空格、冒号和连字符。"
    detail_en = "It has 4 to 64 letters and digits; spaces, colons and hyphens are read over."


class BadgeAliasTaken(Refusal):
    status, code = 409, "badge_alias_taken"
    title_zh, title_en = "该腕带或芯片已绑定其他证件", "The wristband or tag is bound to another badge"
    detail_zh = "它已绑定 {serial} 号证件；请先吊销该证件。"
    detail_en = "It is bound to badge {serial}; revoke that one first."


class BadgeInvalid(Refusal):
    status, code = 409, "badge_invalid"
    title_zh, title_en = "该证件已吊销", "This badge is revoked"
    detail_zh = "证件 {serial} 已吊销，不能再使用。"
    detail_en = "Badge {serial} is revoked and cannot be used any more."


class NoBadgesToPrint(NotFound):
    code = "no_badges_to_print"
    title_zh, title_en = "没有可打印的证件", "There are no badges to print"


class MiniCodesOff(Refusal):
    status, code = 409, "mini_codes_off"
    title_zh, title_en = "未启用微信小程序", "The mini-program is not set up"
    detail_zh = "本服务未配置小程序 AppID，无法生成小程序码。"
    detail_en = "This service has no mini-program's AppID, so it can make no mini-program codes."
