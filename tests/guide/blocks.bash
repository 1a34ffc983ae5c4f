# Sourced by the scripts beside it, with their arguments <guide.md> <work folder> <folder of mdoc-cli>: enters a new work
# folder, in which each block of commands of the guide stands as N.sh, and each of another kind as <kind>.lines.
set -euo pipefail
guide=$1 work=$2
PATH=$3:$PATH
rm -rf "$work"
mkdir -p "$work"
cd "$work"
awk '/^```[a-z]+$/ { kind = substr($0, 4); name = kind == "sh" ? ++blocks ".sh" : kind ".lines"; next } /^```$/ { name = "" } name { print > name }' "$guide"

# has <file> <line>...: each line is in the file, spaces not counted.
has() {
  for line in "${@:2}"; do
    tr -s ' ' <"$1" | grep -F -- "$line" >/dev/null || { echo "missing: $line"; exit 1; }
  done
}

# block <number> <exit code> <line in what it says, spaces not counted>...
block() {
  local code=0
  timeout 120 bash -euo pipefail "$1.sh" >"$1.txt" 2>&1 || code=$?
  echo "== block $1: exit $code"
  cat "$1.txt"
  [[ $code -eq $2 ]] || { echo "expected exit $2"; exit 1; }
  has "$1.txt" "${@:3}"
}
