#!/usr/bin/env bash
# Deploys the two sample Flask apps side by side, and shows both answering.
set -euo pipefail
cd "$(dirname "$0")/.."

program=.build/release/orchestrator
home=${ORCHESTRATOR_HOME:-$HOME/.orchestrator}
if [ -z "${ORCHESTRATOR_HOME:-}" ] && [ "$(id -u)" -eq 0 ] && [ ! -e "$home/state.db" ]; then home=/var/lib/orchestrator; fi
apps=(test-flask-1 test-flask-2)

# Where the usual images cannot be pulled, the stand-ins that set-up made are used; the state folder remembers that.
remember_base_images() {
    local images
    images=$(Scripts/base-images.sh print)
    # Nothing to remember where there is no Docker, or where it has the usual images.
    if [ -z "$images" ] || [ -e "$home/settings.yaml" ]; then return; fi
    mkdir -p -m 711 "$home"
    {
        echo '# Images that stand in for those that could not be pulled.'
        echo 'baseImages:'
        tr ',' '\n' <<<"$images" | sed 's/.*/  - "&"/'
    } >"$home/settings.yaml"
    echo "demo: wrote $home/settings.yaml, which names the base images made on this machine"
}

# Asks as a client does; curl finds *.localhost by itself.
show() {
    printf '\n$ curl http://%s.localhost:14000/\n' "$1"
    curl --silent --show-error --fail "http://$1.localhost:14000/"
}

up() {
    remember_base_images
    for app in "${apps[@]}"; do
        printf '\n$ orchestrator deploy flask Examples/flask-hello --subdomain %s\n' "$app"
        "$program" deploy flask Examples/flask-hello --subdomain "$app"
    done
    for app in "${apps[@]}"; do show "$app"; done
    printf '\n$ orchestrator list\n'
    "$program" list
    cat <<END

Both apps run side by side at the same public port. Have a look:
  http://test-flask-1.localhost:14000/     in a browser, or with curl
  $program status test-flask-1
  $program logs test-flask-1 -f
Take them down again:
  make demo-down
END
}

down() {
    for app in "${apps[@]}"; do
        if "$program" status "$app" >/dev/null 2>&1; then "$program" destroy "$app" --yes; fi
    done
    # nginx goes on for the other apps, if there are any.
    "$program" proxy stop --quiet 2>/dev/null || true
}

case "${1:-}" in
    up) up ;;
    down) down ;;
    *) echo "usage: Scripts/demo.sh up|down" >&2; exit 2 ;;
esac
