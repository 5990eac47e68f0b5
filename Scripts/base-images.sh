#!/usr/bin/env bash
# Makes sure that the base images of the stacks that ship are there, and says which of them stand in for others.
set -euo pipefail

# shellcheck source=Scripts/common.sh
source "$(dirname "$0")/common.sh"

usage() {
    cat <<'USAGE'
usage: Scripts/base-images.sh COMMAND...

  get    the base images of the stacks that ship, pulled or made from Debian's packages
  print  prints the value of ORCHESTRATOR_BASE_IMAGES that suits the images at hand
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

CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
PULL_SECONDS=60

# --- what is there ---------------------------------------------------------------------------------

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# A line of the table whose image is there neither as the official one nor as our stand-in is missing.
is_missing() {
    local official stand_in
    IFS='|' read -r official stand_in _ <<<"$1"
    if has_image "$official"; then say "images: $official is there"; return 1; fi
    if has_image "$stand_in"; then say "images: $stand_in is there, for $official"; return 1; fi
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

# --- getting them ----------------------------------------------------------------------------------

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

get_images() {
    local line missing=() unpulled=()
    engine_answers || fail "no Docker engine answers: $(why_no_engine)" "run: Scripts/set-up.sh docker"
    has docker || fail "there is no docker client on PATH" "install docker-cli, or docker.io"
    for line in "${BASE_IMAGES[@]}"; do ! is_missing "$line" || missing+=("$line"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    for line in "${missing[@]}"; do pull "$line" || unpulled+=("$line"); done
    [ ${#unpulled[@]} -gt 0 ] || return 0
    { is_debian && can_install; } || fail "the images above cannot be pulled, and stand-ins are made by root on Debian only" \
        "reach a registry that has them, or name images of yours in ORCHESTRATOR_BASE_IMAGES (official=yours,…)"
    make_stand_ins "${unpulled[@]}"
}

# --- main ------------------------------------------------------------------------------------------

perform() {
    case $1 in
        get) get_images ;;
        print) print_base_images ;;
        *) refuse ;;
    esac
}

perform_all "$@"
