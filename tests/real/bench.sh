#!/usr/bin/env bash
# The load generator against controllers: ours, ovs-testcontroller, and Ryu where RYU_PYTHON names a
# python that has it; and cbench, where it is installed, against ours.
#
#   tests/real/bench.sh        (no root needed; with root it gets a network of its own)

. "$(dirname "$0")/lib.sh"
own_world_if_possible "$@"
begin
need python3
need_ryu

# load NAME ARGUMENT...: `ryu bench` for a short time on PORT; the result in $WORK/result.
load() {
    local name=$1
    shift
    if timeout 60 "$RYU" bench -c 127.0.0.1 -p "$PORT" -l 3 -m 300 --format json "$@" \
        >"$WORK/result" 2>"$WORK/errors"; then
        pass "$name: a result"
    else
        fail "$name: a result" "status $?" "$WORK/errors"
    fi
}

# holds NAME PYTHON: an expression about the test's result `r` and its last loop `l`.
holds() {
    check "$1: $2" python3 -c '
import json, sys
test = json.load(open(sys.argv[1]))["tests"][0]
r, l = test["result"], test["loops"][-1]
sys.exit(0 if eval(sys.argv[2]) else json.dumps(r))' "$WORK/result" "$2"
}

# listening NAME COMMAND...: starts it and waits for PORT.
listening() {
    local name=$1
    shift
    start "$WORK/controller.log" env OVS_RUNDIR="$WORK" OVS_LOGDIR="$WORK" "$@"
    CONTROLLER=$LAST_PID
    wait_for 20 port_open 127.0.0.1 "$PORT" && return
    fail "$name listens" "nothing there after 20 s" "$WORK/controller.log"
    stop "$CONTROLLER"
    return 1
}

heading "ours"
for app in simple_switch:1.0 simple_switch_13:1.3; do
    version=${app#*:} app=${app%:*}
    free_port
    listening "$app" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" "$app" || continue
    load "$app, throughput" -O "$version" -t -s 16 -M 1000
    holds "$app, throughput" "l['flow_mods'] > 0"
    load "$app, latency" -O "$version" -s 2 -o 100
    holds "$app, latency" "r['lost'] == 0 and 0 < r['latency_us']['p50'] <= r['latency_us']['p99']"
    if [ "$app" = simple_switch_13 ]; then
        load "$app, no buffers" -O "$version" -t -s 16 -M 1000 -o 300 --unbuffered
        holds "$app, no buffers" "l['flow_mods'] > 0 and l['packet_outs'] > 0.9 * l['flow_mods']"
    fi
    if [ "$app" = simple_switch ] && command -v cbench >/dev/null 2>&1; then
        timeout 60 cbench -c 127.0.0.1 -p "$PORT" -s 4 -l 3 -m 300 -o 200 -t >"$WORK/cbench" 2>&1
        has "cbench counts responses" '^RESULT: 4 switches 2 tests .* = [1-9]' "$WORK/cbench"
    fi
    stop "$CONTROLLER"
done

heading "others"
if command -v ovs-testcontroller >/dev/null 2>&1; then
    free_port
    if listening ovs-testcontroller ovs-testcontroller "ptcp:$PORT:127.0.0.1"; then
        for version in 1.0 1.3; do
            load "ovs-testcontroller $version" -O "$version" -t -s 4 -M 100
            holds "ovs-testcontroller $version" "l['responses'] > 0"
        done
        stop "$CONTROLLER"
    fi
else
    echo "note: no ovs-testcontroller (package openvswitch-testcontroller)"
fi
if [ -n "${RYU_PYTHON:-}" ]; then
    free_port
    if listening Ryu "$RYU_PYTHON" -W ignore -m ryu.cmd.manager --ofp-listen-host 127.0.0.1 \
        --ofp-tcp-listen-port "$PORT" ryu.app.simple_switch_13; then
        load "Ryu 1.3" -O 1.3 -t -s 4 -M 100
        holds "Ryu 1.3" "l['flow_mods'] > 0"
        load "Ryu 1.3, latency" -O 1.3 -s 1
        holds "Ryu 1.3, latency" "r['latency_us']['count'] > 0"
        stop "$CONTROLLER"
    fi
else
    echo "note: RYU_PYTHON names no python with Ryu"
fi

heading "nobody there"
free_port
timeout 20 "$RYU" bench -c 127.0.0.1 -p "$PORT" -l 2 >"$WORK/out" 2>"$WORK/errors"
equal "status" 1 $?
has "the address is named" "cannot connect to the controller at 127.0.0.1:$PORT" "$WORK/errors"
