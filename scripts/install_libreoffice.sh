#!/usr/bin/env bash
# One test opens our workbooks in LibreOffice; installs its spreadsheet where it is missing and we may.
set -eu
command -v soffice >/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing LibreOffice Calc for a test of workbooks …"
        apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-calc >/dev/null
    else
        echo "LibreOffice Calc is missing, so one test is skipped (Debian: apt-get install libreoffice-calc)." >&2
    fi
}
