#!/bin/sh
# Browser tests need a Chromium and glyphs for Chinese. Installs both from Debian's packages where they are
# missing and this may be done; says how otherwise.
set -eu
has_browser() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_glyphs() { command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q .; }
if has_browser >/dev/null && has_glyphs; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and a Chinese font for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # Debian has a Chromium for tests alone, which draws the same pages for a third of the time of a processor.
    browser=$(apt-cache pkgnames chromium-headless-shell)
    apt-get install -y -qq --no-install-recommends "${browser:-chromium}" fonts-noto-cjk fontconfig >/dev/null
    exit 0
fi
if ! has_browser >/dev/null; then
    echo "The browser tests need Chromium: install your system's package (Debian: apt install chromium)." >&2
fi
