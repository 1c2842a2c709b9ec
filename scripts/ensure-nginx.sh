#!/bin/sh
# The proxy's tests need an nginx. Installs it from Debian's packages where it is missing and this may be done;
# otherwise says in one sentence what to install, and stops.
set -eu
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing nginx for the proxy's tests …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # Without a service that starts: the tests run it themselves, on ports of their own.
    apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
    exit 0
fi
echo "The proxy's tests need nginx: take it from your system's packages (Debian, Ubuntu: sudo apt install" \
    "nginx-light; macOS: brew install nginx), or run \`make fast\`, which leaves them out where it is missing." >&2
exit 1
