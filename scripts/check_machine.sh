#!/usr/bin/env bash
# Names what this machine lacks; installs nothing.
set -u
missing=0

need() { # need NAME COMMAND_THAT_PRINTS_THE_MAJOR_VERSION LEAST HOW
    local version
    version=$(eval "$2" 2>/dev/null) || version=""
    if [ -z "$version" ] || [ "$version" -lt "$3" ] 2>/dev/null; then
        echo "Missing: $1 $4 (found: ${version:-none})." >&2
        missing=1
    fi
}

need "Python" "python3 -c 'import sys; print(sys.version_info[0] * 100 + sys.version_info[1])'" 311 "3.11 or newer, as python3"
need "Node.js" "node --version | sed 's/^v//; s/\..*//'" 20 "20 or newer, as node"
need "npm" "npm --version | sed 's/\..*//'" 9 "9 or newer"
need "Java" "java -version 2>&1 | sed -n 's/.*version \"\([0-9]*\).*/\1/p' | head -n 1" 17 "17 or newer, as java (DynamoDB Local needs it)"
python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "Missing: Python's venv module (Debian: python3-venv)." >&2; missing=1; }
exit $missing
