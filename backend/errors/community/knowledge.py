"""Refusals of articles and of the quiz."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ArticleNotFound(NotFound):
    code = "article_not_found"
    title_zh, title_en = "没有这篇文章", "There is no such article"


class EarnedElsewhere(Refusal):
    status, code = 409, "earned_elsewhere"
    title_zh, title_en = "这项积分不在此处领取", "These points are earned elsewhere"
    detail_zh = "{parameter}={value} 的积分通过 {address} 获得：当天的题目每人作答一次，答对才得分。"
    detail_en = (
        "Points for {parameter}={value} come from {address}: each citizen answers the day's questions once, and "
        "right answers count."
    )


class QuizDone(Refusal):
    status, code = 409, "quiz_done"
    title_zh, title_en = "今天已经答过题了", "Today's quiz is done already"
    detail_zh, detail_en = "明天会有新的题目。", "There are new questions tomorrow."


class QuizQuestionsDiffer(Refusal):
    status, code = 409, "quiz_questions_differ"
    title_zh, title_en = "这些不是您今天的题目", "These are not your questions of today"
    detail_zh = "请重新读取今天的题目，每题作答一次。"
    detail_en = "Ask for today's questions again, and answer each of them once."
