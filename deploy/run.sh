#!/usr/bin/env bash
# Starts the service on a PostgreSQL of its own and shows it at work; installs and builds what is missing first.
# deploy/run.sh --help lists the options.
set -euo pipefail

checkout=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=lib/install.sh
source "$checkout/deploy/lib/install.sh"

prepare service
build deploy/Launcher
# The launcher takes this process's place, so that signals reach the one who knows what to stop.
exec "$dotnet" "$(built Launcher)" --data "$checkout/.data" "$@"
