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

# present <authority>: prints what the reader says; returns its exit code.
present() {
  local engagement endpoint verdict=0
  coproc HOLDER { exec "$holder" licence.cbor device.key; }
  local pid=$HOLDER_PID
  read -r -t 20 -u "${HOLDER[0]}" engagement
  read -r -t 20 -u "${HOLDER[0]}" endpoint
  timeout 20 "$reader" "$engagement" "$endpoint" "$1" || verdict=$?
  wait "$pid"
  return "$verdict"
}

present iaca.pem >report.txt
cat report.txt
grep -q '^family_name = Vandermeer$' report.txt
grep -q '^age_over_18 = 1$' report.txt
if grep -q '^fail' report.txt; then exit 1; fi

# And what happens with another authority, as the page says.
mdoc-cli pki iaca --subject "C=UT, O=Utopia, CN=Another IACA" --key-out other.key --cert-out other.pem
if present other.pem >refused.txt; then exit 1; fi
grep -q '^fail *trust\.path$' refused.txt
if grep -q ' = ' refused.txt; then exit 1; fi
