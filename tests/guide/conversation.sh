#!/usr/bin/env bash
# conversation.sh <guide.md> <work folder> <folder of mdoc-cli>: runs every command of docs/guide/conversation.md, in order,
# in one folder and one shell: the holder goes on while the reader comes.
set -euo pipefail
guide=$1 work=$2
PATH=$3:$PATH
rm -rf "$work"
mkdir -p "$work"
cd "$work"
awk '/^```[a-z]+$/ { kind = substr($0, 4); name = kind == "sh" ? ++blocks ".sh" : kind ".lines"; next } /^```$/ { name = "" } name { print > name }' "$guide"

# has <file> <lines>: each line is in the file, spaces not counted.
has() {
  while IFS= read -r line; do
    tr -s ' ' <"$1" | grep -F -- "$(tr -s ' ' <<<"$line")" >/dev/null || { echo "missing in $1: $line"; exit 1; }
  done <"$2"
}
for block in 1 2 3; do
  echo "== block $block"
  # The first two end well; the reader of the third ends with 0 as both answers are genuine.
  eval "$(<"$block.sh")" >"$block.txt" 2>&1 || { cat "$block.txt"; exit 1; }
done
wait
for block in 4 5 6; do bash -euo pipefail "$block.sh" >"$block.txt"; done
cat ./*.txt
grep -q '1 of 3 requested elements were not answered' 3.txt || { echo "the first round lacks nothing"; exit 1; }
grep -q 'The response is valid\.$' 3.txt || { echo "the second round lacks something"; exit 1; }
has 4.txt question.lines
has 5.txt wallet.lines
has 6.txt gate.lines
[[ $(grep -c 'sent what was agreed' <(tr -s ' ' <5.txt)) -eq 2 ]] || { echo "two rounds were not recorded"; exit 1; }
# block7 <which>: with the option of the page, then without it.
block7() {
  echo "== block 7, $1"
  rm -f why.json why.txt
  bash -euo pipefail "$2" >"$1.txt" 2>&1 || { cat "$1.txt"; exit 1; }
  cat "$1.txt"
  grep -q 'The response is valid\.$' "$1.txt" || { echo "the answer is not valid"; exit 1; }
  has "$1.txt" why.lines
}
block7 proven 7.sh
if grep -F -f unproven.lines proven.txt; then echo "a purpose that a trusted reader signed is said to be a claim"; exit 1; fi
grep -q -- ' --second-edition' 7.sh
sed 's/ --second-edition//' 7.sh >first_edition.text
block7 unproven first_edition.text
has unproven.txt unproven.lines
if grep -qE 'Vandermeer|4711|1990' wallet.log gate.log; then echo "a value in a log"; exit 1; fi
[[ $(ls ./*.sh | wc -l) -eq 7 ]] || { echo "a block that nobody runs"; exit 1; }
