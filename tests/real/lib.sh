# shellcheck shell=bash
# shellcheck disable=SC2034  # STATUS, TOOK and REAL are for the scripts that source this
# Shared by the scripts of this folder: how a check is counted, how a process is
# started and stopped, and how a script gets a world of its own. Sourced, bash only.
#
# A script's exit status: 0 all checks passed, 1 some failed, 77 skipped (reason on the
# last line, after "skip: ").
#
#   RYU_BIN_DIR   folder that holds `ryu` and `ryu-manager` (default: the release build)
#   RYU_KEEP=1    keep the working folder and say where it is

set -u
export LC_ALL=C

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
REAL=$ROOT/tests/real
RYU_BIN_DIR=${RYU_BIN_DIR:-${CARGO_TARGET_DIR:-$ROOT/target}/release}
RYU_BIN_DIR=$(cd "$RYU_BIN_DIR" 2>/dev/null && pwd || printf '%s' "$RYU_BIN_DIR")
export RYU_BIN_DIR
RYU=$RYU_BIN_DIR/ryu
RYU_MANAGER=$RYU_BIN_DIR/ryu-manager

WORK=
PASSED=0
FAILED=0
STARTED=()      # pids that this script started and has not stopped
LAST_PID=

skip() { printf 'skip: %s\n' "$*"; trap - EXIT; cleanup; exit 77; }
die() { printf 'FAIL %s\n' "$*"; FAILED=$((FAILED + 1)); exit 1; }
heading() { printf '\n-- %s\n' "$*"; }
pass() { PASSED=$((PASSED + 1)); printf 'ok   %s\n' "$1"; }
fail() {        # fail NAME [DETAIL [FILE]]: FILE's last lines are shown
    FAILED=$((FAILED + 1))
    printf 'FAIL %s%s\n' "$1" "${2:+: $2}"
    if [ -n "${3:-}" ] && [ -f "$3" ]; then
        tail -n 25 "$3" | sed 's/^/     | /'
    fi
}

# check NAME COMMAND...: passes when the command does; its output is shown only on failure.
check() {
    local name=$1 out
    shift
    if out=$("$@" 2>&1); then
        pass "$name"
    else
        fail "$name" "\`$*\` said: $(printf '%s' "$out" | tail -n 8)"
        return 1
    fi
}

# equal NAME WANTED GOT
equal() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted '$2', got '$3'"; fi; }

# has NAME REGEX FILE: some line of FILE matches (extended, any case).
has() {
    if grep -Eiq -- "$2" "$3" 2>/dev/null; then pass "$1"; else fail "$1" "no line matches /$2/" "$3"; fi
}

# lacks NAME REGEX FILE
lacks() {
    if grep -Eiq -- "$2" "$3" 2>/dev/null; then fail "$1" "a line matches /$2/" "$3"; else pass "$1"; fi
}

# wait_for SECONDS COMMAND...: true as soon as the command is; bounded.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

alive() { kill -0 "$1" 2>/dev/null; }
gone() { ! alive "$1"; }

# start LOG COMMAND...: in the background, both streams in LOG, pid in LAST_PID. A
# background child of a script ignores SIGINT, which no user's shell does: `env` undoes it.
start() {
    local log=$1
    shift
    env --default-signal=INT,TERM "$@" >>"$log" 2>&1 </dev/null &
    LAST_PID=$!
    STARTED+=("$LAST_PID")
}

forget() {
    local kept=() pid
    for pid in ${STARTED[@]+"${STARTED[@]}"}; do [ "$pid" = "$1" ] || kept+=("$pid"); done
    STARTED=(${kept[@]+"${kept[@]}"})
}

# stop PID [SIGNAL]: asks, waits five seconds, then insists. Its exit status in STATUS,
# the milliseconds it took in TOOK.
# (Quietly: the shell, too, would report on a child that had to be killed.)
stop() { stop_and_wait "$@" 2>/dev/null; }
stop_and_wait() {
    local pid=$1 before
    before=$(date +%s%N)
    kill -s "${2:-TERM}" "$pid" 2>/dev/null
    wait_for 5 gone "$pid" || kill -s KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    STATUS=$?
    TOOK=$((($(date +%s%N) - before) / 1000000))
    forget "$pid"
}

cleanup() { clean_all 2>/dev/null; }
clean_all() {
    local pid
    for pid in ${STARTED[@]+"${STARTED[@]}"}; do
        kill -s TERM "$pid" 2>/dev/null
    done
    for pid in ${STARTED[@]+"${STARTED[@]}"}; do
        wait_for 3 gone "$pid" || kill -s KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    STARTED=()
    if [ -n "$WORK" ] && [ -d "$WORK" ]; then
        if [ "${RYU_KEEP:-}" = 1 ]; then
            printf 'kept: %s\n' "$WORK"
        elif [ -z "${RYU_WORLD:-}" ]; then
            rm -rf "$WORK"
        fi
    fi
}

on_exit() {
    local status=$?
    cleanup
    printf '\n%s checks passed, %s failed\n' "$PASSED" "$FAILED"
    [ "$FAILED" -eq 0 ] || exit 1
    [ "$PASSED" -gt 0 ] || exit 1
    exit "$status"
}

# begin: a working folder, and the clean-up at the end.
begin() {
    WORK=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/ryu-real.XXXXXX")}
    trap on_exit EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

need() {        # need TOOL...: skips, naming what is missing
    local tool missing=
    for tool in "$@"; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
    [ -z "$missing" ] || skip "not installed:$missing"
}

need_ryu() {
    [ -x "$RYU" ] && [ -x "$RYU_MANAGER" ] ||
        die "no ryu and ryu-manager in $RYU_BIN_DIR (cargo build --release, or set RYU_BIN_DIR)"
}

# Can something be connected to at HOST PORT? (A bare connect and close, as Mininet does.)
port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }
port_closed() { ! port_open "$1" "$2"; }

# A port of the loopback that nobody listens on now, in PORT. Below the ephemeral range, so
# that an outgoing connection of somebody else does not take it meanwhile.
free_port() {
    local try
    for try in {1..200}; do
        PORT=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        port_open 127.0.0.1 "$PORT" || return 0
    done
    die "no free port found in $try tries"
}

# own_world "$@": the script again, in network, process and mount namespaces of its own:
# ports 6653 and 8080 are free there, nothing outside is disturbed, and whatever is left
# running ends with it. Call before anything is started. Needs root.
own_world() {
    if [ "${RYU_WORLD:-}" = 1 ]; then
        ip link set lo up || die "cannot bring up the loopback of the namespace"
        # Names of namespaces, too, are seen by this script alone.
        mkdir -p /run/netns
        mount -t tmpfs tmpfs /run/netns || die "cannot mount a private /run/netns"
        return
    fi
    [ "$(id -u)" = 0 ] || skip "needs root (network namespaces)"
    need unshare ip mount
    unshare --net --pid --fork --mount --mount-proc true 2>/dev/null ||
        skip "root may not create namespaces here (a container without CAP_SYS_ADMIN?)"
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/ryu-real.XXXXXX")
    # Stays outside, to remove what the inside leaves. The world dies with `unshare`.
    RYU_WORLD=1 RYU_WORLD_WORK=$WORK unshare --net --pid --fork --kill-child --mount \
        --mount-proc bash "$0" "$@" &
    local world=$!
    # `unshare` ignores what can be ignored. Killed, it takes the first process of the world with
    # it, and that one all others.
    trap 'kill -s KILL $world 2>/dev/null' INT TERM HUP
    # (Twice: a signal ends the first wait before its child.)
    local status
    {
        wait "$world"
        status=$?
        if alive "$world"; then
            wait "$world"
            status=$?
        fi
    } 2>/dev/null
    if [ "${RYU_KEEP:-}" = 1 ]; then echo "kept: $WORK"; else rm -rf "$WORK"; fi
    exit "$status"
}

# The same where it is only a convenience: without root, the script runs as it is, on free
# ports of the loopback.
own_world_if_possible() {
    if [ "${RYU_WORLD:-}" = 1 ] || { [ "$(id -u)" = 0 ] && command -v ip >/dev/null &&
        unshare --net --pid --fork --mount --mount-proc true 2>/dev/null; }; then
        own_world "$@"
    fi
}

# A /tmp of the world's own, for programs with fixed file names there. What the script needs
# of the real one (its working folder, the binaries, the repository) stays in place.
own_tmp() {
    local new=$WORK/tmp folder
    mkdir -p "$new"
    mount -t tmpfs tmpfs "$new" || die "cannot mount a private /tmp"
    chmod 1777 "$new"
    for folder in "$WORK" "$RYU_BIN_DIR" "$ROOT"; do
        case $folder in
        /tmp/*)
            mkdir -p "$new/${folder#/tmp/}"
            mount --bind "$folder" "$new/${folder#/tmp/}" || die "cannot keep $folder"
            ;;
        esac
    done
    mount --rbind "$new" /tmp || die "cannot mount a private /tmp"
}

if [ "${RYU_WORLD:-}" = 1 ]; then WORK=$RYU_WORLD_WORK; fi
