#!/bin/sh
# Says for which machines and Pythons all locked packages come as wheels, so that nobody has to compile one.
# Asks the package index; `make lock` runs it after resolving anew.
set -eu

BIN=${VENV:-.venv}/bin
failed=0
for python in 3.11 3.12 3.13 3.14; do
    for machine in x86_64-manylinux_2_28 aarch64-manylinux_2_28 x86_64-apple-darwin aarch64-apple-darwin; do
        if said=$("$BIN/uv" pip compile --quiet --only-binary :all: --python-version "$python" \
            --python-platform "$machine" --constraint requirements.lock pyproject.toml 2>&1); then
            printf '%s\n' "gridwall: wheels for Python $python on $machine"
        else
            printf '%s\n' "gridwall: no wheels for Python $python on $machine:" "$said" >&2
            failed=1
        fi
    done
done
exit "$failed"
