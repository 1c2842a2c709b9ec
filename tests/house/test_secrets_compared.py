"""What proves something is compared in constant time: a clock must not tell how much of a guess was right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, modules

PROVES = re.compile(r"(^|_)(mac|hmac|signature|secret|password|otp|totp|token|code_hash|token_hash)$")
HOLD = {"None", "''", "b''"}
OF_OUR_OWN = {
    "backend.settings": "keys of the operator's environment, at the start",
    "backend.outside.embedded.place": "what stands in a file of this user",
    "backend.outside.wechat_tokens": "whether the token that WeChat called old is still the one kept here",
}
"""Modules that compare what nobody sends."""
COMPARING = {
    "backend.domain.qr_codes": "codes of badges, screens and posters",
    "backend.domain.partners.request_signature": "partners' requests",
    "backend.domain.identity.second_factors": "codes of an authenticator app",
    "backend.domain.identity.sign_in_codes": "codes that were sent to an address",
    "backend.domain.actions.werun": "WeChat's step data",
    "backend.domain.certificates.commitment": "a certificate's secret link",
    "backend.services.feeds.feed": "tokens of machines that read the feed",
}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_what_proves_something_is_not_compared_with_equals(module: Module) -> None:
    assert (list(_compared(module.tree)) == []) != (module.name in OF_OUR_OWN)


def test_where_something_is_proved_it_is_compared_in_constant_time() -> None:
    comparing = {module.name for module in modules() if "compare_digest" in ast.unparse(module.tree)}
    assert comparing == COMPARING.keys()


def _compared(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
            named = any(PROVES.search(side.rpartition(".")[2]) for side in sides)
            if named and not HOLD & set(sides):
                yield ast.unparse(node)
