#!/usr/bin/env bash
# ofctl_rest of Ryu and ours over the same Open vSwitch, route by route, in every version: both are
# controllers of one bridge at the same time, commands go through one of them, and what both say of the
# result is compared.
#
#   tests/real/rest.sh    (root; brings its own Open vSwitch; RYU_ORACLE names Ryu's ryu-manager)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ip python3
need_ryu
. "$REAL/ovs_lib.sh"

RYU_ORACLE=${RYU_ORACLE:-$(command -v ryu-manager)}
[ -x "$RYU_ORACLE" ] || skip "no Ryu: set RYU_ORACLE to its ryu-manager"

start "$WORK/ours.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
    --wsapi-port 18080 ryu.app.ofctl_rest
start "$WORK/ryu.log" "$RYU_ORACLE" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16654 \
    --wsapi-host 127.0.0.1 --wsapi-port 18081 ryu.app.ofctl_rest
wait_for 20 port_open 127.0.0.1 18080 || { fail "ours listens" "" "$WORK/ours.log"; exit 1; }
wait_for 20 port_open 127.0.0.1 18081 || { fail "Ryu listens" "" "$WORK/ryu.log"; exit 1; }

ovs_start_db
ovs_choose_datapath
ovs_start_switch
for version in 10 12 13 14 15; do
    vsctl --if-exists del-br br -- add-br br -- set bridge br "datapath_type=$DATAPATH_TYPE" \
        fail_mode=secure other-config:disable-in-band=true \
        other-config:datapath-id=0000000000000001 "protocols=OpenFlow$version" || die "add-br"
    # Internal ports: their counters stand still.
    for n in 1 2; do
        vsctl add-port br "p$n" -- set interface "p$n" type=internal "ofport_request=$n" \
            "mac=\"02:00:00:00:00:0$n\"" || die "add-port"
    done
    vsctl set-controller br tcp:127.0.0.1:16653 tcp:127.0.0.1:16654 || die "set-controller"
    both() {
        for port in 18080 18081; do
            curl -s -m 2 "http://127.0.0.1:$port/stats/switches" | grep -q '\[1\]' || return 1
        done
    }
    wait_for 20 both || { fail "1.${version#1}: both know the switch" "" "$WORK/ours.log"; continue; }
    heading "OpenFlow 1.${version#1}"
    while IFS=$'\t' read -r verdict name detail; do
        if [ "$verdict" = ok ]; then pass "$name"; else fail "$name" "$detail"; fi
    done < <(python3 "$REAL/rest_compare.py" "1.${version#1}" http://127.0.0.1:18080 \
        http://127.0.0.1:18081 2>"$WORK/compare.$version" || printf 'bad\t%s\t%s\n' \
        "1.${version#1}: the comparison runs" "$(tail -n 3 "$WORK/compare.$version" | tr '\n' ' ')")
done
lacks "nothing panicked" 'panicked' "$WORK/ours.log"
