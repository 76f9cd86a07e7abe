#!/usr/bin/env bash
# Mininet with its own `Ryu` controller class, unmodified, where the `ryu` that it finds first
# in PATH is ours. It runs `ryu run APP --ofp-tcp-listen-port 6653`, probes the port with a
# bare connect and close (telnet), and ends the controller with SIGTERM.
#
#   tests/real/mininet.sh        (root; brings its own Open vSwitch, namespaces and folder)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need mn telnet ifconfig netstat ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-appctl ip ping \
    timeout pgrep
need_ryu
# Mininet logs the controller to /tmp/c0.log, and after a failure removes /tmp/*.log.
own_tmp
. "$REAL/ovs_lib.sh"

mkdir "$WORK/bin"
ln -s "$RYU_BIN_DIR/ryu" "$WORK/bin/ryu"
PATH=$WORK/bin:$PATH
equal "ryu is ours" "$WORK/bin/ryu" "$(command -v ryu)"

mininet() {     # mininet NAME OPTION...
    local name=$1 out=$WORK/mn.log status
    shift
    heading "mn $*"
    rm -f /tmp/c0.log
    timeout --kill-after=10 180 mn "$@" >"$out" 2>&1 </dev/null
    status=$?
    equal "$name: mn ends with status 0" 0 "$status"
    if grep -q 'Results: 0% dropped' "$out"; then
        pass "$name: $(grep -o '0% dropped.*' "$out")"
    else
        fail "$name: 0% dropped" "see mn and the controller below" "$out"
        tail -n 15 /tmp/c0.log 2>/dev/null | sed 's/^/     c0| /'
    fi
    has "$name: the app is in the controller's log" 'loading app' /tmp/c0.log
    lacks "$name: the probe of the port is not an error" 'error|warn|panick|traceback' /tmp/c0.log
    # Only this script's processes are visible here.
    if wait_for 2 no_ryu; then
        pass "$name: the controller has gone"
    else
        fail "$name: the controller has gone" "still there: $(pgrep -ax ryu)"
    fi
    wait_for 1 port_closed 127.0.0.1 6653 || fail "$name: port 6653 is free again"
}

no_ryu() { ! pgrep -x ryu; }

ovs_start_db
ovs_choose_datapath
ovs_start_switch
[ "$DATAPATH_TYPE" = netdev ] || skip "Mininet's user-space switches need /dev/net/tun"

mininet "simple_switch, tree of 3" \
    --controller=ryu --switch ovs,datapath=user --topo tree,2 --test pingall
mininet "simple_switch_13, tree of 3" \
    --controller=ryu,ryu.app.simple_switch_13 \
    --switch ovs,datapath=user,protocols=OpenFlow13 --topo tree,2 --test pingall
# As most people type it: the switch offers every version, the app picks.
mininet "simple_switch_13, version negotiated" \
    --controller=ryu,ryu.app.simple_switch_13 --switch ovs,datapath=user --topo linear,3 \
    --test pingall

# The script that `ryu new` makes, and the app beside it; made and built by new.sh.
heading "the script of ryu new"
FRESH=${CARGO_TARGET_DIR:-$ROOT/target}/ryu-new
if [ -x "$FRESH/fresh_app" ]; then
    if timeout --kill-after=10 180 /usr/bin/python3 "$FRESH/mininet_test.py" --user --program "$FRESH/fresh_app" \
        >"$WORK/fresh.log" 2>&1 </dev/null; then
        pass "its app under Mininet: $(grep -o '0% dropped.*' "$WORK/fresh.log")"
    else
        fail "its app under Mininet" "" "$WORK/fresh.log"
        tail -n 15 /tmp/c0.log 2>/dev/null | sed 's/^/     c0| /'
    fi
else
    echo "note: left out: no $FRESH (tests/real/new.sh makes it)"
fi
