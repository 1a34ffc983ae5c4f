# Sourced by .ci/run and scripts/nightly, which define a function for each step and say in the table `about` what it does.

# run_steps <step>...: runs each, tells its time, ends with a table and "N passed, N failed". Logs are in build/ci. A step
# that stands in the table `fitting`, with the minutes that it takes, begins only where these end before `fitting_until`,
# in seconds from the start of the script.
run_steps() {
  local step begin time verdict passed=0 failed=0 table=() left=()
  declare -p fitting >/dev/null 2>&1 || declare -gA fitting=()
  mkdir -p build/ci
  for step in "$@"; do
    if [[ ! -v about[$step] ]]; then
      echo "no such step: $step; there are: ${!about[*]}"
      return 2
    fi
  done
  for step in "$@"; do
    if [[ -v fitting[$step] && $((SECONDS + 60 * ${fitting[$step]:-0})) -gt ${fitting_until:-0} ]]; then
      left+=("$step")
      continue
    fi
    echo "=== $step: ${about[$step]}"
    begin=$SECONDS
    # Each in a shell of its own, strict: no step's settings reach the next, and its first failing command ends it.
    if bash -c "$(declare -f "$step"); . scripts/common.bash; $step" >"build/ci/$step.log" 2>&1; then
      verdict=passed
      passed=$((passed + 1))
      grep -E 'tests passed|cases, seed |^[0-9]+ passed, |files chosen|runs, nothing found|^No |^Nothing|^There are no|^lines:|^branches:|of the baseline' \
        "build/ci/$step.log" | sed 's/^/    /'
    else
      verdict=FAILED
      failed=$((failed + 1))
      grep -nE '(error|warning): |\*\*\*|^FAIL |FAILED|CMake Error|ERROR' "build/ci/$step.log" | cut -c1-240 | head -n 40
      echo "    --- the end of build/ci/$step.log"
      grep -vE '^\[[0-9]+/[0-9]+\] |Passed  ' "build/ci/$step.log" | tail -n 40 | cut -c1-240 | sed 's/^/    /'
    fi
    time=$((SECONDS - begin))
    table+=("$(printf '%-6s  %3d:%02d  %-10s  %s' "$verdict" $((time / 60)) $((time % 60)) "$step" "${about[$step]}")")
    echo "    $verdict after ${time} s"
  done
  echo
  echo "=== summary (minutes:seconds)"
  printf '%s\n' "${table[@]}"
  printf '%d:%02d in all\n' $((SECONDS / 60)) $((SECONDS % 60))
  [[ ${#left[@]} -eq 0 ]] || echo "Not begun, as they would have taken too long: ${left[*]}. scripts/nightly runs everything."
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
