"""Writes the texts that the mini-program takes along: of backend/texts those that its pages ask for, in both languages.

python scripts/make_mini_program_texts.py

A text stands once, in backend/texts; the mini-program cannot ask the server for it while there is no network. A test
compares what is written here with what the pages ask for, and each page's WXML with the texts that it is given.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from backend.texts import CATALOGUE

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "miniprogram"
TEXTS = PROGRAM / "texts"
FILES = {"zh-CN": ("zh-CN.ts", "zh"), "en": ("en.ts", "en")}
LITERAL = re.compile(r"""["'`]([\w]+(?:\.[\w]+)+|[a-z]+)["'`]""")
BEGINNING = re.compile(r"""\bt\(\s*(?:\w+ \? )?`([\w.]+\.)\$\{""")
WORD = re.compile(r"""\bword\(["']([\w.]+)["'],""")
PREFIX = re.compile(r"""prefix: ["']([\w.]+)["']""")
ASKED_IN_MARKUP = re.compile(r"\bt\['([\w.]+)'\]")
ALWAYS = ("next.",)
"""What to do about a refusal: by the code of whatever the server refuses."""
# Advice for staff, and for those who write programs; nobody reads it on a phone.
NOT_ON_PHONES = re.compile(
    r"next\.(own_entry|credit_batch|retirement|nothing_to_confirm|idempotency|wrong_credentials)"
)


def files() -> dict[str, str]:
    """What the files under miniprogram/texts are, by name. Raises KeyError for a text that is nowhere."""
    spoken = {
        language: {key: text for texts in subjects.values() for key, text in texts.items()}
        for language, subjects in CATALOGUE.items()
    }
    in_markup = {
        path.relative_to(PROGRAM).with_suffix("").as_posix(): sorted(
            set(ASKED_IN_MARKUP.findall(path.read_text(encoding="utf-8")))
        )
        for path in sorted(PROGRAM.glob("*/*/*.wxml"))
    }
    wanted = {key for keys in in_markup.values() for key in keys} | _asked_in_scripts(set(spoken["en"]))
    missing = wanted - set(spoken["en"])
    if missing:
        raise KeyError(f"no text {sorted(missing)}")
    found = {
        name: _module(variable, language, {key: spoken[language][key] for key in sorted(wanted)})
        for language, (name, variable) in FILES.items()
    }
    lines = [f"  {json.dumps(path)}: {json.dumps(keys)}," for path, keys in in_markup.items() if keys]
    head = "// Made by scripts/make_mini_program_texts.py: the texts that each page's and component's WXML shows.\n"
    keys = "export const keysOf: Record<string, readonly string[]> = {\n" + "\n".join(lines) + "\n};\n"
    return found | {"keys.ts": head + keys}


def _asked_in_scripts(known: set[str]) -> set[str]:
    """Keys that stand in a script as they are, and all that begin as a script says."""
    found: set[str] = set()
    beginnings = set(ALWAYS)
    for path in sorted(PROGRAM.rglob("*.ts")):
        if path.is_relative_to(TEXTS) or "vendor" in path.parts:
            continue
        script = path.read_text(encoding="utf-8")
        found |= {key for key in LITERAL.findall(script) if key in known}
        beginnings |= set(BEGINNING.findall(script))
        beginnings |= {f"{kind}." for kind in (*WORD.findall(script), *PREFIX.findall(script))}
    found |= {key for key in known for begin in beginnings if key.startswith(begin)}
    titles = {f"mini.title.{path.name}" for path in (PROGRAM / "pages").iterdir()}
    return {key for key in found | titles if not NOT_ON_PHONES.match(key)}


def _module(variable: str, language: str, texts: dict[str, str]) -> str:
    head = f"// Made by scripts/make_mini_program_texts.py from backend/texts/{language}; not to be changed here.\n"
    lines = [f"  {json.dumps(key)}: {json.dumps(text, ensure_ascii=False)}," for key, text in texts.items()]
    return f"{head}export const {variable} = {{\n" + "\n".join(lines) + "\n};\n"


def main() -> int:
    TEXTS.mkdir(exist_ok=True)
    for name, text in files().items():
        (TEXTS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
