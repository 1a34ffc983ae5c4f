#!/usr/bin/env bash
# trust.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every command of docs/guide/trust.md, in order, in one
# folder; only the port of its server is another one.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"

port=8443
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((20000 + RANDOM)); done
sed -i "s/8443/$port/g" ./*.sh
trap 'if [[ -e server.pid ]]; then kill "$(cat server.pid)" || true; fi' EXIT

block 1 0
block 2 0 'key-purpose.fits' ' 0 fail, 0 warn'
block 3 1 '✗ fail ca B.1.2 expected: cA TRUE; found: absent. Set cA in basicConstraints.'
block 4 0 'VICAL of Lists Ltd, issue 1' 'The list can be trusted.'
block 5 0 'index 1234 of 1048576: valid (0)'
block 6 0
block 7 0 'family_name Vandermeer'
while IFS= read -r line; do has 7.txt "$(tr -s ' ' <<<"$line")"; done <report.lines
block 8 1 '✗ mso.status'
block 9 0 '? trust.revocation' '? mso.status' 'skipped: revocation was not looked at'
block 10 1 '✗ trust.path'
block 11 0
block 12 0
for _ in {1..100}; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.1
done
block 13 0 "fetched https://localhost:$port/vical.cbor" "fetched https://localhost:$port/utopia.crl" 'current vical' 'current crl'
block 14 1 '! mso.status' 'missing status-list https://utopia.example/status/1'
block 15 0 '✓ trust.revocation' '✓ mso.status'
block 16 0
block 17 1 'current vical' 'current crl' 'missing status-list https://utopia.example/status/1'
block 18 1 'refused vical VICAL of Lists Ltd, issue 1' 'refused crl C=UT, O=Utopia, CN=Utopia IACA' '0 taken, 0 known already, 2 refused'
block 19 0 'taken status-list https://utopia.example/status/1' '1 taken, 0 known already, 0 refused' 'current list-signers C=UT, O=Lists, CN=Lists root'
block 20 1 'current vical' 'due crl'
block 21 0 ' 0 fail, 0 warn'
block 22 0 'reader of DocRequest 0: C=UT, O=Corner Bar, CN=Corner Bar, trusted by C=UT, O=Readers, CN=Readers root (readers.pem)'
block 23 0 'untrusted: no trust anchors for readers were given' 'the certificate names C=UT, O=Corner Bar, CN=Corner Bar' \
  'invalid: the signature is not one over this request in this session'
block 24 1 'nothing released for DocRequest 0 (org.iso.18013.5.1.mDL): --require-trusted'
if grep -q Vandermeer 8.txt 10.txt; then echo "a value that must not be shown"; exit 1; fi
if grep -q missing 13.txt; then echo "what was fetched is missing"; exit 1; fi
if grep -q '✗' 7.txt 9.txt 14.txt 15.txt; then echo "a check that fails where all is well"; exit 1; fi
[[ $(ls ./*.sh | wc -l) -eq 24 && $(wc -l <report.lines) -ge 10 ]] || { echo "a block that nobody runs"; exit 1; }
