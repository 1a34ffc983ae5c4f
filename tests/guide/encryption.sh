#!/usr/bin/env bash
# encryption.sh <guide.md> <work folder> <folder of mdoc-cli> <1: it knows tokens>: runs every command of
# docs/guide/encryption.md, in order, in one folder; those with a token where mdoc-cli knows tokens and SoftHSM is there.
. "$(dirname "${BASH_SOURCE[0]}")/blocks.bash"

block 1 0
block 2 0 'docResponseEncryption' 'encryptedDocuments: 1'
block 3 1 '✗ response.documents' '! response.encrypted-documents' 'encrypted, not opened: 1'
block 4 0 '✓ response.encrypted-documents' '✓ device-auth.signature' 'family_name Vandermeer'
block 5 1 'encrypted, not opened: 1'
block 6 0 '✓ response.encrypted-documents' '✓ device-auth.signature' 'family_name Vandermeer'
if grep -q Vandermeer 2.txt 3.txt 5.txt; then echo "a value that must not be shown"; exit 1; fi
if [[ $4 != 1 ]] || ! command -v softhsm2-util >/dev/null; then
  [[ ${CI:-} != true || $4 != 1 ]] || { echo "SoftHSM is not installed (Debian: softhsm2)"; exit 1; }
  echo "without tokens"
else
  # A token as docs/guide/keys.md sets one up.
  mkdir tokens
  printf 'directories.tokendir = %s/tokens\n' "$PWD" >softhsm2.conf
  export SOFTHSM2_CONF="$PWD/softhsm2.conf" PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so
  softhsm2-util --init-token --free --label office --pin 1234 --so-pin 4321
  (umask 077; echo 1234 >pin)
  block 7 0 '✓ response.encrypted-documents' 'family_name Vandermeer'
fi
[[ $(ls ./*.sh | wc -l) -eq 7 ]] || { echo "a block that nobody runs"; exit 1; }
