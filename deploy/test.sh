#!/usr/bin/env bash
# Runs the tests on a real PostgreSQL of their own; installs and builds what is missing first.
#
#   deploy/test.sh                 all of them
#   deploy/test.sh --filter X      those whose full name contains X, or that the dotnet filter expression X selects
#
# The last line is "N passed, N failed". The exit code is 0 only if tests ran, all passed, and the run ended properly.
set -euo pipefail

checkout=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=lib/install.sh
source "$checkout/deploy/lib/install.sh"

filter=
while (($#)); do
  case $1 in
    --filter)
      [[ -n ${2:-} ]] || die "--filter needs a value."
      filter=$2
      shift 2
      ;;
    --filter=?*)
      filter=${1#*=}
      shift
      ;;
    *)
      die "Unknown option: $1" "Usage: deploy/test.sh [--filter X]"
      ;;
  esac
done

# However the run ends, this is its last line.
passed=0
failed=0
trap 'echo "$passed passed, $failed failed"' EXIT

prepare tests
install_powershell
build HubSpotDeals.sln

results=$checkout/artifacts/TestResults

# A name is taken literally: the characters that an expression is made of are escaped.
if [[ -n $filter && $filter != *[=~]* ]]; then
  filter=$(printf %s "$filter" | sed 's/[\\()&|!]/\\&/g')
  filter="FullyQualifiedName~$filter"
fi

# What a run's report says of its tests. A run that crashed has written none, or one that does not tell of the tests that it never came to.
counter() {
  [[ ! -f $results/$report ]] || sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results/$report"
}

# run ENGINE [FILTER] runs the tests of the build with that job engine, and adds to the counts.
run() {
  local report=suite-$1-$(date -u +%Y%m%d-%H%M%S)-$$.trx status=0 good executed bad
  local command=(test "$(JobEngine=$1 built Suite)" --logger "console;verbosity=normal" --logger "trx;LogFileName=$report"
    --results-directory "$results" --blame-hang-timeout 15m --blame-hang-dump-type none)
  if [[ -n ${2:-} ]]; then
    command+=(--filter "$2")
  fi
  # From the checkout, where global.json is.
  (cd "$checkout" && "$dotnet" "${command[@]}") || status=$?
  good=$(counter passed)
  executed=$(counter executed)
  good=${good:-0}
  bad=$((${executed:-0} - good))
  if ((bad == 0 && status != 0)); then
    echo "The test run did not end properly (exit code $status)."
    bad=1
  elif ((good + bad == 0)); then
    echo "No test ran."
    nothing_ran=yes
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
}

nothing_ran=no
run "${JobEngine:-Quartz}" "$filter"

# The other engine, where its packages can be had: what is asked of an engine is asked of both, but for the long campaigns.
if [[ -z $filter && -z ${JobEngine:-} ]]; then
  if (cd "$checkout" && "$dotnet" restore HubSpotDeals.sln -p:JobEngine=Hangfire -v quiet >/dev/null 2>&1); then
    JobEngine=Hangfire build HubSpotDeals.sln
    JobEngine=Hangfire run Hangfire 'TestCategory=Engine&TestCategory!=Campaign'
  else
    echo "Hangfire's packages can't be restored here: its build is left out."
  fi
fi
[[ $failed == 0 && $nothing_ran == no ]]
