#!/usr/bin/env bash
# first_presentation.sh <guide.md> <mdoc-cli> <holder> <reader> <work folder>
# Does what docs/guide/first-presentation.md tells its reader to do, with the commands that stand there.
set -euo pipefail
guide=$1 cli=$2 holder=$3 reader=$4 work=$5

rm -rf "$work"
mkdir -p "$work/bin"
ln -s "$cli" "$work/bin/mdoc-cli"
cd "$work"
PATH=$work/bin:$PATH

# The first block of commands makes the authority and the licence.
awk '/^```sh$/ { inside = ++blocks == 1; next } /^```$/ { inside = 0 } inside' "$guide" >commands.sh
[[ -s commands.sh ]] || { echo "the guide has no commands"; exit 1; }
bash -euo pipefail commands.sh

coproc HOLDER { exec "$holder" licence.cbor device.key; }
holder_pid=$HOLDER_PID
read -r -t 20 -u "${HOLDER[0]}" engagement
read -r -t 20 -u "${HOLDER[0]}" endpoint

timeout 20 "$reader" "$engagement" "$endpoint" iaca.pem | tee report.txt
grep -q '^family_name = Vandermeer$' report.txt
grep -q '^age_over_18 = 1$' report.txt
if grep -q '^fail' report.txt; then exit 1; fi
wait "$holder_pid"
