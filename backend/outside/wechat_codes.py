"""Mini-program codes: WeChat draws them, and each opens the mini-program with a `scene` of at most 32 characters.

There may be as many as one likes and they never expire; five thousand can be asked for in a minute.

Source: WeChat mini-program server interface, `POST /wxa/getwxacodeunlimit`.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from typing import Literal

import msgspec

from backend.errors import Refusal
from backend.outside.transport import NoAnswer
from backend.outside.wechat import WeChat
from backend.outside.wechat_messages import TOKEN_ERRCODES
from backend.outside.wechat_tokens import AccessTokens, TokenCache, TokenUnavailable

logger = logging.getLogger(__name__)

PICTURE_BYTES_MAX = 1_048_576
WIDTH_PX = 430
SIDE_PX_MAX = 1280
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
ProgramVersion = Literal["release", "trial", "develop"]


class MiniCodeBusy(Refusal):
    status, code = 503, "wx_code_busy"
    retry_after_s = 20.0


class MiniPageUnknown(Refusal):
    status, code = 409, "wx_page_unknown"


class MiniCodeRefused(Refusal):
    status, code = 500, "wx_code_refused"


MINI_CODE_REFUSALS: tuple[type[Refusal], ...] = (MiniCodeBusy, MiniPageUnknown, MiniCodeRefused)
# Busy; too many in a minute, in a day.
_LATER = frozenset({-1, 45009, 45011})
_NO_PAGE = 41030
# 40129: the scene's characters; 40169: its length, or no JSON. 45063: the interface is suspended.


def _as_png(picture: bytes) -> bytes:
    """WeChat draws JPEG unless the background is to be transparent; a printer wants neither."""
    # Some megabytes of a process, and most processes never ask for a code.
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
        if max(image.size) > SIDE_PX_MAX:
            raise ValueError("larger than any code")
        image.load()
        if image.format == "PNG":
            return picture
        drawn = io.BytesIO()
        image.convert("RGB").save(drawn, "PNG", optimize=True)
        return drawn.getvalue()


class _Refused(msgspec.Struct, frozen=True):
    errcode: int
    errmsg: str = ""


class MiniProgramCodes:
    """Asks WeChat for the codes of one mini-program. Safe to share between tasks."""

    def __init__(
        self, wechat: WeChat, cache: TokenCache, *, page: str = "", version: ProgramVersion = "release"
    ) -> None:
        self._wechat = wechat
        self._tokens = AccessTokens(wechat, cache)
        self._page = page
        self._version = version

    @property
    def belongs_to(self) -> str:
        """Everything besides its scene that a picture depends on."""
        return f"{self._wechat.appid} {self._page} {self._version} {WIDTH_PX}"

    async def draw(self, scene: str) -> bytes:
        """The code of a scene as PNG. Raises one of MINI_CODE_REFUSALS."""
        assert SCENE.fullmatch(scene), "a code of ours is a scene"
        answer = await self._answer(scene)
        if isinstance(answer, NoAnswer):
            logger.warning("WeChat gave no usable answer: %s", answer.reason)
            raise MiniCodeBusy
        if isinstance(answer, _Refused):
            raise self._refusal(answer)
        try:
            return await asyncio.to_thread(_as_png, answer)
        except (OSError, ValueError, SyntaxError):
            logger.warning("WeChat sent a picture that cannot be read")
            raise MiniCodeBusy from None

    async def _answer(self, scene: str) -> bytes | _Refused | NoAnswer:
        # A function of its own, so that no frame that a refusal passes through holds the token.
        body: dict[str, object] = {"scene": scene, "env_version": self._version, "width": WIDTH_PX}
        if self._page:
            body["page"] = self._page
        try:
            token = await self._tokens.current()
            answer = await self._ask(token, body)
            if isinstance(answer, _Refused) and answer.errcode in TOKEN_ERRCODES:
                answer = await self._ask(await self._tokens.renewed(stale=token), body)
        except TokenUnavailable as error:
            return NoAnswer(f"no access token: {error}")
        return answer

    async def _ask(self, token: str, body: dict[str, object]) -> bytes | _Refused | NoAnswer:
        query = {"access_token": token}
        path = "/wxa/getwxacodeunlimit"
        answer = await self._wechat.ask_bytes(path, query=query, body=body, bytes_max=PICTURE_BYTES_MAX)
        if isinstance(answer, NoAnswer) or answer.startswith(PICTURES):
            return answer
        try:
            return msgspec.json.decode(answer, type=_Refused)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return NoAnswer("neither a picture nor the JSON that was agreed")

    def _refusal(self, answer: _Refused) -> Refusal:
        if answer.errcode in _LATER:
            return MiniCodeBusy()
        errmsg = self._wechat.masked(answer.errmsg)
        logger.error("WeChat makes no mini-program code: errcode=%d errmsg=%r", answer.errcode, errmsg)
        if answer.errcode == _NO_PAGE:
            return MiniPageUnknown(page=self._page)
        return MiniCodeRefused(errcode=answer.errcode)
