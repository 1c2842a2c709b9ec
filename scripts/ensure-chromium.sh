#!/bin/sh
# Browser tests need a Chromium and glyphs for Chinese. Installs both from Debian's packages where they are
# missing and this may be done; otherwise says in one sentence what to install, and stops.
set -eu
missing=""
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
    || missing="Chromium"
# macOS brings Chinese fonts of its own.
[ "$(uname)" = Darwin ] || { command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q .; } \
    || missing="${missing:+$missing and }a Chinese font"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and a Chinese font for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # Debian has a Chromium for tests alone, which draws the same pages for a third of the time of a processor.
    browser=$(apt-cache pkgnames chromium-headless-shell)
    apt-get install -y -qq --no-install-recommends "${browser:-chromium}" fonts-noto-cjk fontconfig >/dev/null
    exit 0
fi
echo "The browser tests need $missing: take it from your system's packages (Debian, Ubuntu: sudo apt install" \
    "chromium fonts-noto-cjk fontconfig), or run \`make fast\`, which needs no browser." >&2
exit 1
