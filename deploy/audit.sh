#!/usr/bin/env bash
# Known vulnerabilities of the locked dependencies. The tool lives apart from the program's own
# environment and is no part of the gate: what it says changes without a change of ours.
set -uo pipefail
cd "$(dirname "$0")/.."

tool=var/audit-tool
if [ ! -x "$tool/bin/pip-audit" ]; then
    python3 -m venv "$tool" && "$tool/bin/pip" install -q "pip-audit~=2.9" || {
        echo "audit: pip-audit cannot be installed: is the package index reachable?" >&2
        rm -rf "$tool"
        exit 3
    }
fi

status=0
for lock in "$@"; do
    echo "audit: $lock"
    "$tool/bin/pip-audit" --require-hashes --disable-pip --strict --progress-spinner off -r "$lock"
    code=$?
    [ "$code" -eq 0 ] || status=$code
done
[ "$status" -eq 0 ] || echo "audit: something was found, or the database of vulnerabilities was not reached (above)" >&2
exit "$status"
