#!/usr/bin/env bash
# Makes sure that what orchestrator itself needs is there.
set -euo pipefail

# shellcheck source=Scripts/common.sh
source "$(dirname "$0")/common.sh"

usage() {
    cat <<'USAGE'
usage: Scripts/set-up.sh COMMAND...

  build    what building needs: Swift, SQLite's headers, git, make
  docker   a Docker engine that answers
  process  what apps need that run without Docker: nginx, Python with venv, util-linux
  runtime  what the machine's own runtime needs: base images where a Docker engine answers, else process
USAGE
}

ENGINE_SECONDS=30

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
    has swift || fail "there is no swift on PATH" "install Swift 6.3 or later: https://swift.org/install"
    say "build: ready"
}

# --- docker ----------------------------------------------------------------------------------------

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

has_venv() { as_deploys_do python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

setup_process() {
    local missing=()
    has nginx || missing+=(nginx)
    deploys_have python3 || missing+=(python3)
    has_venv || missing+=(python3-venv)
    has setpriv && has prlimit && has taskset && has setsid || missing+=(util-linux)
    [ ${#missing[@]} -eq 0 ] || install_without_services "${missing[@]}"
    say "process: ready"
}

# --- runtime ---------------------------------------------------------------------------------------

get_base_images() {
    set -m # a process group of its own, see clean_up
    "$(dirname "$0")/base-images.sh" get &
    set +m
    wait "$!"
}

# What deploys take when nobody says otherwise.
setup_runtime() { if engine_answers; then get_base_images; else setup_process; fi; }

# --- main ------------------------------------------------------------------------------------------

perform() {
    case $1 in
        build) setup_build ;;
        docker) setup_docker ;;
        process) setup_process ;;
        runtime) setup_runtime ;;
        *) refuse ;;
    esac
}

perform_all "$@"
