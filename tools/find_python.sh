#!/bin/sh
# Print a Python that can build the report; say what is missing when there is none.
#
# `python3` is asked first, then the versions by name. A candidate counts only if it runs: version managers leave
# commands behind that do not. The pins are tested up to 3.14; anything newer is taken only when nothing else is there,
# since some packages may have no wheels for it yet. PYTHON=/path/to/python overrides the search.

runs() { # runs COMMAND CONDITION-ON-v
    "$1" -c "import sys; v = sys.version_info[:2]; sys.exit(not ($2))" >/dev/null 2>&1
}

if [ -n "$PYTHON" ]; then
    runs "$PYTHON" "v >= (3, 11)" && printf '%s\n' "$PYTHON" && exit 0
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer: name one that is, or leave PYTHON out." >&2
    exit 2
fi

for condition in "(3, 11) <= v <= (3, 14)" "v >= (3, 11)"; do
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        runs "$name" "$condition" && printf '%s\n' "$name" && exit 0
    done
done

found=$(python3 --version 2>&1) || found="no working python3"
echo "Python 3.11 or newer is needed and was not found here ($found): install it from your system's packages or from" \
    "python.org, or name it: make report PYTHON=/path/to/python3" >&2
exit 2
