#!/usr/bin/env bash
# The browser tests drive Debian's Chromium; installs it where it is missing and we may.
set -eu
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium for the browser tests …"
        apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
    else
        echo "Missing: Chromium, for the browser tests (Debian: apt-get install chromium)." >&2
        exit 1
    fi
}
