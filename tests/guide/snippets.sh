#!/usr/bin/env bash
# snippets.sh <guide.md> <source.cpp>: every snippet of C++ in the guide, but for its two programs, stands in the source.
set -euo pipefail
source=$(<"$2")
snippets=0
while IFS= read -r -d '' block; do
  [[ $block != '// '*'.cpp – '* ]] || continue
  snippets=$((snippets + 1))
  [[ $source == *"$block"* ]] || { printf 'not in %s:\n%s' "$2" "$block"; exit 1; }
done < <(awk '/^```cpp$/ { inside = 1; next } /^```$/ { if (inside) printf "%c", 0; inside = 0 } inside' "$1")
[[ $snippets -gt 0 ]] || { echo "no snippet found"; exit 1; }
echo "$snippets snippets"
