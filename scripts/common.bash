# Sourced by the scripts beside it. Leaves the shell strict and in the project's root folder.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
jobs=${MDOC_JOBS:-$(nproc)}

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# usage: prints the comment at the head of the calling script.
usage() { awk 'NR > 1 { if (!sub(/^# ?/, "")) exit; print }' "$0"; }

# Compilers and linker made faster where the tools are there; the result is the same.
if have ccache; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
fi
if have ld.lld; then
  export LDFLAGS="${LDFLAGS:--fuse-ld=lld}"
fi

# configure <preset> [<cmake argument>...]. What CMake asks of a compiler must come from the compiler, not from a cache.
configure() {
  local preset=$1
  shift
  CCACHE_DISABLE=1 cmake --preset "$preset" ${MDOC_SHARED_VECTORS:+"-DMDOC_SHARED_VECTORS=$MDOC_SHARED_VECTORS"} "$@"
}

# configure_test: the build in build/test, which several scripts share. Warnings are errors in CI only.
configure_test() { configure test "-DMDOC_WERROR=$([[ ${CI:-} == true ]] && echo ON || echo OFF)"; }

# build <preset> [<target>...]
build() {
  local preset=$1
  shift
  cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# run_ctest <preset> [<ctest argument>...]: under CI=true a skipped test is a failure, because CI has what tests need.
run_ctest() {
  local preset=$1 log=build/$1/ctest.log
  shift
  ctest --preset "$preset" --parallel "$jobs" "$@" 2>&1 | tee "$log"
  if [[ ${CI:-} == true ]] && grep -q '\*\*\*Skipped\|\*\*\*Not Run' "$log"; then
    say "skipped, though CI must run everything:"
    grep '\*\*\*Skipped\|\*\*\*Not Run' "$log"
    return 1
  fi
}

# changed_files: what differs from MDOC_BASE, by default from main, on main itself from a day ago. Everything, if history
# does not reach that far.
changed_files() {
  local base=${MDOC_BASE:-}
  if [[ -z $base ]]; then
    base=$(git merge-base HEAD origin/main 2>/dev/null || true)
    if [[ -z $base || $base == $(git rev-parse HEAD) ]]; then
      base=$(git rev-list -1 --before='24 hours ago' HEAD)
    fi
  fi
  if [[ -n $base ]]; then
    { git diff --name-only --diff-filter=d "$base"; git ls-files --others --exclude-standard; } | sort -u
  else
    git ls-files
  fi
}
