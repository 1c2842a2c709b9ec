"""A name that passes for the service's own is found in whatever spelling; names of people and clubs are not."""

from __future__ import annotations

import pytest

from backend.catalogue.names import refused_names
from backend.domain.security.names import sounds_official

RULES = refused_names()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "管理员",
            "管 理 员",
            "管.理.员",
            "系统管理员01",
            "官方",
            "【官方】林",
            "碳惠天府",
            "碳惠天府客服",
            "碳\u200b惠天府",
        ),
        *(
            "admin",
            "ADMIN",
            "Admin 01",
            "a d m i n",
            "a.d.m.i.n",
            "ａｄｍｉｎ",
            "Ádmin",
            "аdmin",
            "adm1n",
            "@dmin",
            "admin_lin",
        ),
        *(
            "official",
            "0fficial",
            "Tianfu Official",
            "OFFICIAL-Team",
            "Tianfu-Carbon",
            "tianfu carbon team",
            "System",
            "成都公安",
        ),
        *(
            "管理員",
            "天府組委會",
            "系統通知",
            "生態環境局",
            "管\u3164理员",
            "管ー理员",
            "管🙂理🙂员",
            "\u2800官\u2800方",
            "官\u034f方",
            "官\ufe0f方",
            "\u202e官方",
            "客　服",
        ),
        *(
            "ѕуѕtеm",
            "\u0410DMIN",
            "ѕuррοrt",
            "ⓐⓓⓜⓘⓝ",
            "𝐀𝐝𝐦𝐢𝐧",
            "ᴀᴅᴍɪɴ",
            "a\u00add\u200dm\u2060in",
            "ADM1N",
            "政府人民政府",
        ),
    ],
)
def test_what_sounds_official_is_found(name: str) -> None:
    assert sounds_official(name, RULES.parts, RULES.words, RULES.spelled)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "林小雨",
            "羽毛球队",
            "Badminton club",
            "Grassroots",
            "Lin",
            "七中低碳社",
            "Team 7",
            "Tianfuzi",
            "Supporters of trees",
        ),
        *("Ana Distaffer", "绿色出行小队", "Green 2026", "Officials' kids"),
        *("會唱歌的樹", "環湖騎行", "門口的大爷", "Маша", "Αθηνά", "スーパー環境", "김지우"),
    ],
)
def test_names_of_people_and_clubs_pass(name: str) -> None:
    assert not sounds_official(name, RULES.parts, RULES.words, RULES.spelled)
