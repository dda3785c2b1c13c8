#!/usr/bin/env bash
# program_test.sh SERIN: exit codes and streams of the program, without a server.
set -euo pipefail
serin=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect CODE ARGUMENTS...: runs serin, leaving its output in $scratch/out and $scratch/err.
expect() {
  local wanted=$1 code=0
  shift
  "$serin" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
  if [ "$code" -ne "$wanted" ]; then
    echo "serin $*: exit code $code, expected $wanted" >&2
    cat "$scratch/out" "$scratch/err" >&2
    exit 1
  fi
}

# contains FILE TEXT
contains() {
  if ! grep --quiet --fixed-strings -- "$2" "$scratch/$1"; then
    echo "no '$2' in $1:" >&2
    cat "$scratch/$1" >&2
    exit 1
  fi
}

expect 0 version
contains out "serin "
expect 0 --help
contains out "Usage: serin"
expect 2
contains err "Usage: serin"
expect 2 dataset frobnicate
contains err "frobnicate"
expect 1 dataset list --server 127.0.0.1:1
contains err "no Serin server answers at 127.0.0.1:1"
[ ! -s "$scratch/out" ]
SERIN_SERVER=127.0.0.1:2 expect 1 model list
contains err "127.0.0.1:2"
# What cannot be written down is no success.
if "$serin" version >/dev/full 2>"$scratch/err"; then exit 1; fi
contains err "the output cannot be written"
# Piped output has no colours and no bars.
if grep --quiet $'\x1b' "$scratch/err"; then exit 1; fi
