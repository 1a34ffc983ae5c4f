#!/usr/bin/env bash
# your_own_profile.sh <guide.md> <work folder> <folder of mdoc-cli> <examples/data>: runs every command of
# docs/guide/your-own-profile.md, in order, in one folder; and what the page shows of the profile is in it.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"
cp "$4/utopia-eid.json" .
while IFS= read -r line; do grep -qF -- "$line" utopia-eid.json || { echo "not in the profile: $line"; exit 1; }; done <json.lines

block 1 1 'row.open P15' 'constant.ivs constants'
block 2 0 'boating_privileges' 'Citizen number'
block 3 0 ' 0 fail, 0 warn'
block 4 0 "The issuer's part is valid"
# The holder goes on while the reader comes.
eval "$(<5.sh)"
block 6 0
wait
grep -q '"engagement": *"uteid:' holder.json || { echo "the engagement has another scheme"; exit 1; }
block 7 0
# lines <file> <lines>: each is in the file, spaces not counted.
lines() { while IFS= read -r line; do has "$1" "$(tr -s ' ' <<<"$line")"; done <"$2"; }
lines 6.txt gate.lines
lines again.txt again.lines
if grep -q 'waters' 7.txt; then echo "a reader that does not sign was given something"; exit 1; fi
[[ $(ls ./*.sh | wc -l) -eq 7 && $(wc -l <json.lines) -ge 20 ]] || { echo "a block that nobody runs"; exit 1; }
