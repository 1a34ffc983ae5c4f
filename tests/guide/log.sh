#!/usr/bin/env bash
# log.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every command of docs/guide/log.md, in order, in one folder.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"

block 1 0
block 2 0 'The response is valid.'
[[ $(stat -c %a wallet.log reader.log) == $'600\n600' ]] || { echo "others can read the logs"; exit 1; }
block 3 0
while IFS= read -r line; do has 3.txt "$(tr -s ' ' <<<"$line")"; done <report.lines
block 4 0 'verdict valid (level interop, revocation soft)' 'org.iso.18013.5.1/family_name (to be retained): as-requested' \
  'issuer C=UT, O=Utopia, CN=Utopia DS, trusted by C=UT, O=Utopia, CN=Utopia IACA (iaca.pem)'
block 5 1 'wallet.log:0' 'reader.log:0'
block 6 0
if grep -qE 'mDL|age_over|Utopia|20[0-9][0-9]-' statistics.json; then echo "somebody's data in the statistics"; exit 1; fi
has statistics.json '"class":"none"' 'trust.path'
block 7 0
has audit.json '"class":"sensitive"' 'Utopia DS'
block 8 0 'retained org.iso.18013.5.1/family_name'
[[ $(grep -c '"values"' reader.log) -eq 1 ]] || { echo "a value too many or too few"; exit 1; }
block 9 0 'Every line follows from the one before it.' '2 records, 0 erased; head v2:2:'
block 10 1 'The log is broken.' 'line 2 does not follow from the line before it'
block 11 1 '1 record, 0 erased' 'The log ends before the head that was kept: something was cut off.'
block 12 0 'Erased 1 record from reader.log' 'The log ends at the head that was kept: each record that is not erased is the one that was there.' '1 erased 20'
block 13 0 'Erased 0 records from wallet.log' 'Erased 2 records from wallet.log'
[[ $(ls ./*.sh | wc -l) -eq 13 && $(wc -l <report.lines) -ge 8 ]] || { echo "a block that nobody runs"; exit 1; }
