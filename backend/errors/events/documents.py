"""Refusals of the document store."""

from __future__ import annotations

from backend.errors import Refusal


class ContentMismatch(Refusal):
    status, code = 422, "content_mismatch"
    title_zh, title_en = "文件内容与类型不符", "The file is not of the type it says"
    detail_zh = "内容不是 {media_type}；CSV 须为 UTF-8 编码。"
    detail_en = "The content is not {media_type}; a CSV file is in UTF-8."


class ContentEmpty(Refusal):
    status, code = 422, "content_empty"
    title_zh, title_en = "文件是空的", "The file is empty"


class BodyCutOff(Refusal):
    status, code = 400, "body_cut_off"
    title_zh, title_en = "上传中断", "The upload broke off"


class ContentAway(Refusal):
    status, code = 503, "content_store_unavailable"
    title_zh, title_en = "文件存储暂不可用，请稍后重试", "The store of documents is away; try again shortly"
    retry_after_s = 5.0


class ContentDamaged(Refusal):
    """The stored bytes do not have the hash they are stored under, or are gone."""

    status, code = 500, "content_damaged"
    title_zh, title_en = "文件已损坏或丢失", "The file is damaged or gone"
