# shellcheck shell=bash
# Sourced by run.sh and test.sh: makes sure that what they need is there, and installs only what is missing.
#
#   prepare service|tests   the .NET SDK and PostgreSQL's server programs; for tests Node.js, npm and Chromium as well
#   install_powershell      PowerShell, for tests
#   build PROJECT           builds it in Release, one build of a checkout at a time
#
# Both expect $checkout, the checkout's absolute path. prepare leaves the SDK's program in $dotnet.

: "${checkout:?}"
dotnet=

say() { printf '%s\n' "$@" >&2; }

die() {
  say "$@"
  exit 1
}

prepare() {
  refuse_foreign_checkout
  find_home
  # Nothing that a build starts may live on after it.
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true

  local packages=() download_sdk=no
  if ! find_dotnet; then
    if can_install && apt_has dotnet-sdk-10.0; then
      packages+=(dotnet-sdk-10.0)
    else
      download_sdk=yes
      if ! command -v curl >/dev/null && ! command -v wget >/dev/null; then
        packages+=(curl ca-certificates)
      fi
    fi
  fi
  if [[ $1 == tests || -z ${ConnectionStrings__Postgres:-} ]] && ! has_postgres; then
    packages+=(postgresql)
  fi
  if [[ $1 == tests ]]; then
    command -v node >/dev/null || packages+=(nodejs)
    command -v npm >/dev/null || packages+=(npm)
    # The console is looked at in a real browser, and read: without a font its pictures would be of boxes.
    if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
      packages+=(chromium fonts-dejavu-core)
    fi
    # The API document's own examples are run: curl, and Python with its usual HTTP library. Debian's Python, whichever comes first on PATH.
    command -v curl >/dev/null || packages+=(curl)
    /usr/bin/python3 -c 'import requests' 2>/dev/null || packages+=(python3 python3-requests)
  fi

  if ((${#packages[@]})); then
    install_packages "${packages[@]}"
  fi
  if [[ $download_sdk == yes ]]; then
    download_dotnet
  fi
  find_dotnet || die "There is still no .NET SDK that global.json accepts."
}

# A build as another user would fail in the middle, with an error about one of a thousand files.
refuse_foreign_checkout() {
  local place alien
  for place in "$checkout" "$checkout"/{artifacts,.data,.dotnet}; do
    if [[ -e $place && ! -w $place ]]; then
      alien=$place
    fi
  done
  if [[ -z ${alien:-} && -d $checkout/artifacts ]]; then
    alien=$(find "$checkout/artifacts" ! -writable -print -quit)
  fi
  if [[ -n ${alien:-} ]]; then
    die "$alien belongs to $(stat -c %U "$alien"); $(id -un) can't write there." \
      "Use a clone of your own, or: sudo chown -R $(id -un) $checkout"
  fi
}

# The SDK and NuGet keep their caches below HOME. Without one that can be written they go into the checkout.
find_home() {
  if [[ -z ${HOME:-} || ! -d $HOME || ! -w $HOME ]]; then
    export HOME=$checkout/.dotnet/home
    mkdir -p "$HOME"
  fi
}

# The document's PowerShell examples are run by PowerShell, a .NET tool: into the build's output, where the tests look for it.
install_powershell() {
  local version=7.6.9 directory=$checkout/artifacts/powershell
  [[ ! -x $directory/$version/pwsh ]] || return 0
  say "Installing PowerShell $version ..."
  local output
  output=$("$dotnet" tool install PowerShell --version "$version" --tool-path "$directory/$version" 2>&1) ||
    die "$output" "PowerShell could not be installed as a .NET tool."
}

# The first SDK that global.json accepts (it answers --version in the checkout; an unsuitable one fails).
find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet)" "$HOME/.dotnet/dotnet" "$checkout/.dotnet/dotnet"; do
    if [[ -x $candidate ]] && (cd "$checkout" && without_icu_if_missing "$candidate" --version) >/dev/null 2>&1; then
      dotnet=$candidate
      if [[ $candidate == */.dotnet/dotnet ]]; then
        DOTNET_ROOT=$(dirname "$candidate")
        export DOTNET_ROOT PATH=$DOTNET_ROOT:$PATH
      fi
      if ! has_icu; then
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
      fi
      return 0
    fi
  done
  return 1
}

has_icu() { compgen -G '/usr/lib*/*/libicuuc.so.*' >/dev/null || compgen -G '/usr/lib*/libicuuc.so.*' >/dev/null; }

# The SDK refuses to start where ICU is missing; this project does without it.
without_icu_if_missing() {
  if has_icu; then
    "$@"
  else
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$@"
  fi
}

has_postgres() {
  local directory
  for directory in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
    /usr/local/pgsql*/bin "$(dirname "$(command -v postgres || echo /nowhere/postgres)")"; do
    if [[ -x $directory/postgres && -x $directory/initdb ]]; then
      return 0
    fi
  done
  return 1
}

can_install() {
  command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# Whether apt knows the package; a machine whose lists were never fetched fetches them first.
apt_has() {
  if [[ -z $(apt-cache --quiet=0 madison postgresql 2>/dev/null) ]]; then
    update_lists
  fi
  [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]
}

update_lists() {
  say "Fetching apt's package lists ..."
  as_root apt-get update -qq >&2
}

install_packages() {
  if ! can_install; then
    local sudo="sudo "
    [[ $(id -u) == 0 ]] && sudo=""
    command -v apt-get >/dev/null ||
      die "These are missing, and there is no apt to install them with: $* (their names on Debian)."
    die "These are missing: $*. Run this once, then start again:" "  ${sudo}apt-get update && ${sudo}apt-get install -y $*"
  fi
  local package
  for package; do
    apt_has "$package" || { update_lists && break; }
  done

  say "Installing: $* ..."
  # Debian's PostgreSQL would make and start a cluster of its own, of which nothing here knows.
  local create=/etc/postgresql-common/createcluster.conf without_cluster=no
  if [[ " $* " == *" postgresql "* && ! -e $create ]]; then
    without_cluster=yes
    as_root mkdir -p "${create%/*}"
    echo "create_main_cluster = false" | as_root tee "$create" >/dev/null
  fi
  local output
  output=$(as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -qq --no-install-recommends "$@" 2>&1) ||
    die "$output" "apt-get could not install: $*"
  if [[ $without_cluster == yes && -e $create.ucf-dist ]]; then
    # the package's own default again, for clusters that the machine's owner may want one day
    as_root mv "$create.ucf-dist" "$create"
  fi
}

# Microsoft's installer, into the checkout: needs no rights and touches nothing else.
download_dotnet() {
  local script=$checkout/.dotnet/dotnet-install.sh url=https://dot.net/v1/dotnet-install.sh
  say "Installing the .NET SDK into $checkout/.dotnet ..."
  mkdir -p "$checkout/.dotnet"
  if { curl -fsSL --retry 3 -o "$script" "$url" || wget -qO "$script" "$url"; } 2>/dev/null &&
    bash "$script" --channel 10.0 --install-dir "$checkout/.dotnet" --no-path >&2; then
    return 0
  fi
  die "The .NET SDK 10 is missing and could not be downloaded from here. Run this once, then start again:" \
    "  curl -fsSL $url | bash -s -- --channel 10.0 --install-dir $HOME/.dotnet"
}

# Two starts at once share the checkout's output tree, so one builds after the other.
build() {
  mkdir -p "$checkout/.data"
  exec 8>>"$checkout/.data/build.lock"
  if command -v flock >/dev/null && ! flock -n 8; then
    say "Waiting for another build of this checkout ..."
    flock 8
  fi
  say "Building $1 ..."
  # The compiler's server would outlive the build. The lock is not for the build's children to inherit.
  local output
  output=$(cd "$checkout" &&
    "$dotnet" build "$1" -c Release -v quiet --nologo -p:UseSharedCompilation=false 2>&1 8>&-) ||
    die "$output" "The build failed."
  exec 8>&-
}

# Where a program of the project lies once it is built.
built() {
  printf '%s/artifacts/%s/bin/%s/release/HubSpotDeals.%s.dll' "$checkout" "${JobEngine:-Quartz}" "$1" "$1"
}
