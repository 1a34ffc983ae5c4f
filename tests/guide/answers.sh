#!/usr/bin/env bash
# answers.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every command of docs/guide/answers.md, in order, in one folder.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"

block 1 0
block 2 0 'The response is valid.'
head -4 2.txt >first.txt
while IFS= read -r line; do has first.txt "$line"; done <answer.lines
if grep -qE 'Vandermeer|1988' 2.txt; then echo "somebody's data in an answer"; exit 1; fi
block 3 0 'eu.europa.ec.av.1' 'age_over_18'
block 4 0 'Yes – may drive B' 'codes 01' 'Yes – issued in UT'
block 5 1 'No – expired' 'As of 2036-01-15.'
block 6 1 '0'
has verdict.json '"age-over:18"' '"old-enough"'
[[ $(ls ./*.sh | wc -l) -eq 6 && $(wc -l <answer.lines) -eq 3 ]] || { echo "a block that nobody runs"; exit 1; }
