# shellcheck shell=bash
# What the scripts that set things up have in common; they source it. Each says in one line per thing what it did,
# is quick and silent about everything else when nothing is missing, and is safe to run again at any time.
# A script brings its `usage`, and a `perform` that does what one word of its command line asks for.

# Where dockerd lives; root does not always look there.
PATH=$PATH:/usr/sbin:/sbin

# --- words -----------------------------------------------------------------------------------------

# Each line begins with the name of the script that says it.
SPEAKER=$(basename "$0" .sh)

say() { printf '%s: %s\n' "$SPEAKER" "$*" >&2; }

fail() {
    printf '%s: error: %s\n' "$SPEAKER" "$1" >&2
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
make_scratch() { [ -n "$scratch" ] || scratch=$(mktemp -d "${TMPDIR:-/tmp}/orchestrator-set-up.XXXXXX"); }

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

trap clean_up EXIT

# Whoever asks for nothing, or for what is not there, is shown what there is.
refuse() {
    usage >&2
    exit 2
}

perform_all() {
    local command
    [ $# -gt 0 ] || refuse
    for command in "$@"; do
        case $command in
            -h | --help | help) usage ;;
            *) perform "$command" ;;
        esac
    done
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

# Installs packages without having their services started: nginx is ours to start, with files of our own.
install_without_services() {
    local policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ] || ! can_install; then install "$@"; return; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    # However the installation ends, the machine's own services must start again as they did.
    (trap 'rm -f "$policy"' EXIT; install "$@")
}

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

# The host's proxies, which mmdebstrap's own apt does not know of. They stay out of the image.
apt_proxies() { apt-config dump | grep -E '^Acquire::https?::Proxy' || true; }

write_apt_options() {
    {
        # A mirror may hold a suite in development whose Release file is older than it promises to be.
        echo 'Acquire::Check-Valid-Until "false";'
        apt_proxies
    } >"$1"
}

# --- an engine -------------------------------------------------------------------------------------

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

# --- deploys ---------------------------------------------------------------------------------------

# The folders in which root's builds and apps look for programs.
SYSTEM_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Runs a command with the programs that a deploy would find.
as_deploys_do() { if [ "$(id -u)" -eq 0 ]; then PATH=$SYSTEM_PATH "$@"; else "$@"; fi; }

# shellcheck disable=SC2016  # the inner shell fills it in
deploys_have() { as_deploys_do sh -c 'command -v "$1"' sh "$1" >/dev/null; }
