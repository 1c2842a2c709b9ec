#!/bin/sh
# The packages of requirements-dev.lock into .venv, each with a hash that the lock knows, and this package itself so
# that an edit takes effect at once. uv does in seconds what pip does in a minute; where it reaches no registry, pip
# does it, which knows more ways to one.
set -eu
python=.venv/bin/python
pip() { "$python" -m pip --quiet --disable-pip-version-check "$@"; }
with_uv() {
  pip install --no-deps --require-hashes -r requirements-installer.lock || return
  # A mirror that this machine has chosen for pip is uv's too.
  mirror=$("$python" -m pip config get global.index-url 2>/dev/null || true)
  mirror=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$mirror}}
  if [ -n "$mirror" ]; then export UV_DEFAULT_INDEX="$mirror"; fi
  .venv/bin/uv pip install --quiet --python "$python" --no-deps --require-hashes -r requirements-dev.lock || return
  .venv/bin/uv pip install --quiet --python "$python" --no-deps --editable .
}
if ! with_uv; then
  echo "Installing with pip instead of uv; it takes a minute longer." >&2
  pip install --no-deps --require-hashes -r requirements-dev.lock
  pip install --no-deps --editable .
fi
