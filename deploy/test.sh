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
report=suite-$(date -u +%Y%m%d-%H%M%S)-$$.trx
run=(test "$(built Suite)" --logger "console;verbosity=normal" --logger "trx;LogFileName=$report" --results-directory "$results"
  --blame-hang-timeout 15m --blame-hang-dump-type none)
if [[ -n $filter ]]; then
  # A name is taken literally: the characters that an expression is made of are escaped.
  if [[ $filter != *[=~]* ]]; then
    filter=$(printf %s "$filter" | sed 's/[\\()&|!]/\\&/g')
    filter="FullyQualifiedName~$filter"
  fi
  run+=(--filter "$filter")
fi

# From the checkout, where global.json is.
cd "$checkout"
status=0
"$dotnet" "${run[@]}" || status=$?

# A run that crashed has written no report, or one that does not tell of the tests that it never came to.
counter() {
  [[ ! -f $results/$report ]] || sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results/$report"
}
passed=$(counter passed)
executed=$(counter executed)
passed=${passed:-0}
failed=$((${executed:-0} - passed))
if ((failed == 0 && status != 0)); then
  echo "The test run did not end properly (exit code $status)."
  failed=1
elif ((passed + failed == 0)); then
  echo "No test ran."
  status=1
fi
((failed == 0 && status == 0))
