"""A citizen's profile: nickname, district, and whether leaderboards may show a part of the name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET

from backend.domain.community.community import shown_name
from backend.errors import InvalidBody, NotFound
from backend.errors.community.community import DistrictUnknown
from backend.messages.community.community import ProfileRequest, ProfileView
from backend.messages.shape import Bilingual
from backend.models import Citizen, Profile
from backend.services.community.community import Community
from backend.services.identity.erased import hold_citizen
from backend.services.security.names import NameCheck
from backend.storage.database import Database


async def profile(community: Community, citizen_id: UUID) -> ProfileView:
    """A citizen's profile. Raises NotFound."""
    citizen = await Citizen.get_or_none(id=citizen_id)
    if citizen is None:
        raise NotFound
    return _view(community, citizen, await Profile.get_or_none(citizen_id=citizen_id))


async def change(
    database: Database,
    community: Community,
    names: NameCheck,
    citizen_id: UUID,
    request: ProfileRequest,
    at: datetime,
) -> ProfileView:
    """Change the fields that the request names. Raises DistrictUnknown, InvalidBody, NameRefused, SessionRevoked."""
    if request.nickname is not UNSET and request.nickname is not None:
        await names.check(citizen_id, request.nickname)
    async with database.transaction():
        await hold_citizen(citizen_id)
        if request.nickname is not UNSET:
            nickname = None if request.nickname is None else _trimmed(request.nickname, "nickname")
            await Citizen.filter(id=citizen_id).update(nickname=nickname)
        changes: dict[str, Any] = {"changed_at": at}
        if request.district is not UNSET:
            changes["district"] = check_district(community, request.district)
        if request.shows_name is not UNSET:
            changes["shows_name"] = request.shows_name
        if not await Profile.filter(citizen_id=citizen_id).update(**changes):
            await Profile.create(citizen_id=citizen_id, **changes)
    return await profile(community, citizen_id)


def check_district(community: Community, code: str | None) -> str | None:
    """The district's code, checked. Raises DistrictUnknown."""
    if code is not None and code not in community.rules.districts:
        raise DistrictUnknown(district=code)
    return code


def _trimmed(text: str, name: str) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise InvalidBody.at(f"/{name}", "blank")
    return trimmed


def _view(community: Community, citizen: Citizen, kept: Profile | None) -> ProfileView:
    shows_name = kept is None or kept.shows_name
    return ProfileView(
        nickname=citizen.nickname,
        district=community.district(kept.district if kept else None),
        shows_name=shows_name,
        shown_as=Bilingual(*shown_name(citizen.id, citizen.nickname, shows_name=shows_name)),
    )
