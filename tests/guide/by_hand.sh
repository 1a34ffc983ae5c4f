#!/usr/bin/env bash
# by_hand.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every block of docs/guide/by-hand.md, in order, in one folder.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"

block 1 0 IssuerSigned
block 2 0 DeviceEngagement
block 3 0 DeviceRequest
block 4 0
block 5 0 DeviceResponse '✓ device-auth.signature' 'family_name Vandermeer'
block 6 0 '✓ device-auth.mac' 'family_name Vandermeer'
block 7 1 '✗ device-auth.signature' 'Device authentication of document 1:'
block 8 1 '✗ issuer-signed.digests'
block 9 0 '! response.request' 'family_name Vandermeer'
block 10 0 '1 SessionEstablishment, reader to mdoc, counter 1' '2 SessionData, mdoc to reader, counter 1' 'age_over_18' \
  'status 20 (termination)'
block 11 0 'The response is valid.' 'com.example.badge' 'name Vandermeer'
if grep -q Vandermeer 7.txt 8.txt || grep -q 'age_over_18 *true' 9.txt; then echo "a value that must not be shown"; exit 1; fi
[[ $(ls ./*.sh | wc -l) -eq 11 ]] || { echo "a block that nobody runs"; exit 1; }
