#!/usr/bin/env bash
# keys.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every command of docs/guide/keys.md, in order, in one folder. What
# one block exports the next ones have, as in one shell. Exit code 77 where SoftHSM is not installed.
set -euo pipefail
guide=$1 work=$2
PATH=$3:$PATH
if ! command -v softhsm2-util >/dev/null; then
  echo "SoftHSM is not installed (Debian: softhsm2)"
  exit 77
fi
rm -rf "$work"
mkdir -p "$work"
cd "$work"
awk '/^```sh$/ { name = ++blocks ".sh"; next } /^```$/ { name = "" } name { print > name }' "$guide"

# block <number> <exit code> <line in what it says, spaces not counted>...
: >exports
block() {
  local code=0
  grep '^export ' "$1.sh" >>exports || true
  cat exports "$1.sh" | bash -euo pipefail >"$1.txt" 2>&1 || code=$?
  echo "== block $1: exit $code"
  cat "$1.txt"
  [[ $code -eq $2 ]] || { echo "expected exit $2"; exit 1; }
  for line in "${@:3}"; do
    tr -s ' ' <"$1.txt" | grep -F -- "$line" >/dev/null || { echo "missing: $line"; exit 1; }
  done
}
block 1 0 'The token has been initialized'
block 2 0
block 3 0 'key pkcs11:token=wallet;object=device;id=%'
block 4 0
block 5 0 '✓ device-auth.signature' 'family_name Vandermeer'
block 6 0 '✓ device-auth.mac' 'family_name Vandermeer'
block 7 2 'add --mac --reader-public'
block 8 0 'CN=Utopia DS 2' '✓ device-auth.signature' 'family_name Vandermeer'
block 9 3 'no token answers to pkcs11:token=purse;object=device; there is "wallet"'
block 10 3 'the token has no such key: pkcs11:token=wallet;object=devise'
[[ $(ls ./*.sh | wc -l) -eq 10 ]] || { echo "a block that nobody runs"; exit 1; }
