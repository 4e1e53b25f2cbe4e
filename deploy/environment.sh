#!/bin/sh
# Makes or refreshes .venv from a hashed lock file; says in one line what is missing.
# Usage: deploy/environment.sh LOCKFILE
set -eu

lock=$1

stop() {
    echo "qihang: $1" >&2
    exit 2
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3.12 python3.11 python3 python; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    stop "Python 3.11 or 3.12 is needed. Install one of them, or name it: make run PYTHON=/path/to/python3.11"
}

stamp=.venv/.installed-$(cksum <"$lock" | cut -d' ' -f1)-$(basename "$lock")
if [ -e "$stamp" ] && [ -x .venv/bin/python ]; then
    exit 0
fi

if ! fits .venv/bin/python; then
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"
    echo "Creating .venv with $("$python" --version) ..." >&2
    "$python" -m venv .venv || stop "cannot create .venv here. Is this folder writable, and is there room on the disk?"
fi

echo "Installing what $lock lists ..." >&2
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" ||
    stop "installing failed; see the lines above. A package index must be reachable the first time."
touch "$stamp"
