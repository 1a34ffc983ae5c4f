#!/usr/bin/env bash
# first_presentation.sh <guide.md> <examples> <work folder> built <folder of mdoc-cli> <holder> <reader>
# first_presentation.sh <guide.md> <examples> <work folder> installed <prefix>
#
# Does what docs/guide/first-presentation.md tells its reader to do: with the programs as they were built here, or, word
# for word, by building the programs from the page against an installed mdoc. The page's programs are those of examples/.
set -euo pipefail
guide=$1 examples=$2 work=$3 way=$4
shift 4

rm -rf "$work"
mkdir -p "$work"
cd "$work"
# The blocks of code, in order, as 1.sh, 2.cmake, 3.cpp …
awk '/^```[a-z]+$/ { name = ++blocks "." substr($0, 4); next } /^```$/ { name = "" } name { print > name }' "$guide"
mv 2.cmake CMakeLists.txt
mv 3.cpp holder.cpp
mv 4.cpp reader.cpp
for program in holder reader; do
  cmp "$program.cpp" "$examples/$program.cpp" || { echo "the guide's $program is not that of examples/"; exit 1; }
done
# lines_of_main <program>: lines of code between the head of main and its end.
lines_of_main() { awk '/^int main/ { inside = 1; next } /^}/ { inside = 0 } inside' "$1.cpp" | grep -cvE '^ *(//|$)'; }
said="the holder has $(lines_of_main holder) lines of code and the reader $(lines_of_main reader),"
grep -qF "$said" "$guide" || { echo "the guide does not say: $said"; exit 1; }

case $way in
  built)
    PATH=$1:$PATH
    holder=$2 reader=$3
    bash -euo pipefail 1.sh
    ;;
  installed)
    export HOME=$work CMAKE_GENERATOR=Ninja   # where the page says that mdoc is
    ln -s "$1" mdoc
    PATH=$HOME/mdoc/bin:$PATH
    bash -euo pipefail 1.sh
    bash -euo pipefail 5.sh
    holder=build/holder reader=build/reader
    grep -qx 'build/holder licence.cbor device.key' 6.sh
    grep -qx 'build/reader "mdoc:…" 127.0.0.1:40123 iaca.pem' 7.sh
    ;;
esac

# What people type in section 6, each on its own.
for block in 8 9 10 11; do bash -euo pipefail "$block.sh"; done

# present <licence> <authority>: what the reader says goes to report.txt, its exit code to $verdict.
present() {
  local engagement endpoint pid
  coproc HOLDER { exec "$holder" "$1" device.key; }
  pid=$HOLDER_PID
  read -r -t 20 -u "${HOLDER[0]}" engagement
  read -r -t 20 -u "${HOLDER[0]}" endpoint
  verdict=0
  timeout 20 "$reader" "$engagement" "$endpoint" "$2" >report.txt || verdict=$?
  wait "$pid"   # the holder has nothing to complain of
  echo "== $1, $2: exit $verdict"
  cat report.txt
}
# says <line>...: these lines of the report are as they should be; lacks <pattern>: no line matches.
says() { for line in "$@"; do grep -qxF -- "$line" report.txt || { echo "missing: $line"; exit 1; }; done; }
lacks() { if grep -- "$1" report.txt; then echo "must not be there: $1"; exit 1; fi; }
ends_with() { [[ $verdict -eq $1 ]] || { echo "exit $verdict, not $1"; exit 1; }; }

present licence.cbor iaca.pem
says 'pass  response.request' 'pass  device-auth.mac' 'family_name = "Vandermeer"' 'age_over_18 = true'
lacks '^fail\|^not answered'
ends_with 0

present licence.cbor other.pem
says 'fail  trust.path' 'not answered: family_name' 'not answered: age_over_18'
lacks ' = '
ends_with 1

present forged.cbor iaca.pem
says 'pass  issuer-auth.signature' 'fail  issuer-signed.digests' 'not answered: age_over_18'
lacks ' = '
ends_with 1

present expired.cbor iaca.pem
says 'fail  response.documents' 'not answered: family_name' 'not answered: age_over_18'
lacks ' = \|document\.structure'
ends_with 1

present partial.cbor iaca.pem
says 'warn  response.request' 'family_name = "Vandermeer"' 'not answered: age_over_18'
lacks '^fail'
ends_with 1

# complains <program> <what> <argument>...: ends with 3 and one line that says what; no abort.
complains() {
  local code=0
  timeout 20 "$1" "${@:3}" >/dev/null 2>complaint.txt || code=$?
  cat complaint.txt
  [[ $code -eq 3 && $(wc -l <complaint.txt) -eq 1 ]] || { echo "exit $code"; exit 1; }
  grep -qF -- "$2" complaint.txt || { echo "does not say: $2"; exit 1; }
}
complains "$holder" 'holder: cannot read nothing.cbor' nothing.cbor device.key
complains "$holder" 'holder: malformed/' licence.cbor ds.pem
complains "$holder" 'holder: usage/key_mismatch' licence.cbor ds.key
complains "$holder" 'holder: malformed/' device.key device.key
complains "$reader" 'reader: cannot read nothing.pem' 'mdoc:abc' 127.0.0.1:1 nothing.pem
complains "$reader" 'reader: malformed/' 'mdoc:abc' 127.0.0.1:1 iaca.pem

# The engagement of one holder taken to another: neither ends in silence.
coproc ONE { exec "$holder" licence.cbor device.key; }
one=$ONE_PID
read -r -t 20 -u "${ONE[0]}" engagement
read -r -t 20 -u "${ONE[0]}" endpoint
exec 5<&"${ONE[0]}"
"$holder" licence.cbor device.key >two.txt 2>complaint.txt &
two=$!
for ((i = 0; i < 200; ++i)); do [[ $(wc -l <two.txt) -lt 2 ]] || break; sleep 0.1; done
reader_code=0
timeout 20 "$reader" "$engagement" "$(sed -n 2p two.txt)" iaca.pem >report.txt 2>reader.txt || reader_code=$?
code=0
wait "$two" || code=$?
cat complaint.txt reader.txt
[[ $code -eq 3 && $reader_code -eq 3 ]] || { echo "exit $code and $reader_code"; exit 1; }
grep -q '^holder: [a-z]*/' complaint.txt
grep -q '^reader: [a-z]*/' reader.txt
kill "$one"
wait "$one" || true
