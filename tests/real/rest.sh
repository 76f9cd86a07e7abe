#!/usr/bin/env bash
# The REST interface as Ryu's users know it: the commands of the Ryu book over Open vSwitch, a switch that
# does not answer or refuses; and ofctl_rest of Ryu and ours over the same Open vSwitch, route by route,
# in every version: both are controllers of one bridge at the same time, commands go through one of them,
# and what both say of the result is compared.
#
#   tests/real/rest.sh    (root; brings its own Open vSwitch)
#
#   RYU_ORACLE    Ryu's ryu-manager; else the one in PATH, else one is made under the target folder

. "$(dirname "$0")/lib.sh"
. "$REAL/ryu_lib.sh"

# Before the world of its own, in which there is no network.
if [ "${RYU_WORLD:-}" != 1 ]; then
    RYU_ORACLE=${RYU_ORACLE:-$(command -v ryu-manager)}
    NO_ORACLE=
    if [ -x "$RYU_ORACLE" ]; then
        ORACLE=$RYU_ORACLE
    else
        home=${CARGO_TARGET_DIR:-$ROOT/target}/ryu-manager
        ORACLE="$home/bin/python $REAL/ryu_manager.py"
        starts() { [ -x "$home/bin/python" ] && timeout 20 $ORACLE --version >/dev/null 2>&1; }
        starts || NO_ORACLE=$(make_ryu "$home" "${RYU_CODEC[@]}" "${RYU_SERVER[@]}" 2>&1 | tail -n 1)
        starts || NO_ORACLE="$RYU_RELEASE does not start here. $NO_ORACLE"
        starts && NO_ORACLE=
    fi
    export ORACLE NO_ORACLE
fi

own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ip python3 curl
need_ryu
. "$REAL/ovs_lib.sh"

# told NAME COMMAND...: a check for each line "ok|bad, tab, name, tab, detail" that it prints.
told() {
    local name=$1 verdict what detail
    shift
    while IFS=$'\t' read -r verdict what detail; do
        if [ "$verdict" = ok ]; then pass "$what"; else fail "$what" "$detail"; fi
    done < <("$@" 2>"$WORK/told" ||
        printf 'bad\t%s comes to its end\t%s\n' "$name" "$(tail -n 3 "$WORK/told" | tr '\n' ' ')")
}

# bridge PROTOCOL CONTROLLER...: anew, with two internal ports, whose counters stand still.
bridge() {
    local n
    vsctl --if-exists del-br br -- add-br br -- set bridge br "datapath_type=$DATAPATH_TYPE" \
        fail_mode=secure other-config:disable-in-band=true \
        other-config:datapath-id=0000000000000001 "protocols=$1" || die "add-br"
    for n in 1 2; do
        vsctl add-port br "p$n" -- set interface "p$n" type=internal "ofport_request=$n" \
            "mac=\"02:00:00:00:00:0$n\"" || die "add-port"
    done
    shift
    vsctl set-controller br "$@" || die "set-controller"
}

knows() { curl -s -m 2 "http://127.0.0.1:$1/stats/switches" | grep -q '\[1\]'; }

ovs_start_db
ovs_choose_datapath
ovs_start_switch

heading "as the Ryu book types it"
start "$WORK/book.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 ryu.app.simple_switch_rest_13 \
    ryu.app.ofctl_rest
BOOK=$LAST_PID
wait_for 20 port_open 127.0.0.1 8080 || { fail "listens" "" "$WORK/book.log"; exit 1; }
bridge OpenFlow13 tcp:127.0.0.1:6653
if wait_for 20 knows 8080; then
    told "the book" python3 "$REAL/rest_book.py" "$REAL/rest_book.txt"
else
    fail "knows the switch" "" "$WORK/book.log"
fi
vsctl del-controller br
heading "a switch that is silent, slow or refuses"
told "the switch by hand" python3 "$REAL/rest_silent.py" 6653 http://127.0.0.1:8080
stop "$BOOK"
lacks "nothing panicked" 'panicked' "$WORK/book.log"

heading "beside Ryu"
if [ -n "$NO_ORACLE" ]; then
    echo "note: not compared: $NO_ORACLE"
    exit
fi
start "$WORK/ours.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
    --wsapi-port 18080 ryu.app.ofctl_rest
# shellcheck disable=SC2086  # a program, or a python and a script
start "$WORK/ryu.log" $ORACLE --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16654 \
    --wsapi-host 127.0.0.1 --wsapi-port 18081 ryu.app.ofctl_rest
wait_for 20 port_open 127.0.0.1 18080 || { fail "ours listens" "" "$WORK/ours.log"; exit 1; }
wait_for 20 port_open 127.0.0.1 18081 || { fail "Ryu listens" "" "$WORK/ryu.log"; exit 1; }
both() { knows 18080 && knows 18081; }
for version in 10 12 13 14 15; do
    bridge "OpenFlow$version" tcp:127.0.0.1:16653 tcp:127.0.0.1:16654
    name=1.${version#1}
    wait_for 20 both || { fail "$name: both know the switch" "" "$WORK/ours.log"; continue; }
    heading "OpenFlow $name"
    told "$name: the comparison" python3 "$REAL/rest_compare.py" "$name" http://127.0.0.1:18080 \
        http://127.0.0.1:18081
done
lacks "nothing panicked" 'panicked' "$WORK/ours.log"

heading "the app of docs/porting-from-ryu.md, in Ryu"
# shellcheck disable=SC2086
start "$WORK/ported.log" $ORACLE --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16656 \
    "$ROOT/examples/guide/src/ported_switch.py"
if wait_for 20 port_open 127.0.0.1 16656; then
    check "it connects the hosts of ryu sim" "$RYU" sim --controller 127.0.0.1:16656 --ofp-version 1.3 \
        --topo linear,3 --test pingall
else
    fail "Ryu runs it" "" "$WORK/ported.log"
fi
lacks "without an error" 'traceback|error' "$WORK/ported.log"
