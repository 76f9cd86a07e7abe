#!/usr/bin/env bash
# Link and host discovery over Open vSwitch: a ring of bridges with hosts in namespaces, in every version,
# beside Ryu's own rest_topology where Ryu is there; cables cut with and without a word; LLDP forged by a
# host; then Mininet's ring and tree with `link down`.
#
#   tests/real/topology.sh    (root; brings its own Open vSwitch; RYU_ORACLE names Ryu's ryu-manager)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ip ping python3 curl
need_ryu
. "$REAL/ovs_lib.sh"

RYU_ORACLE=${RYU_ORACLE:-$(command -v ryu-manager || true)}
case $RYU_ORACLE in "$RYU_BIN_DIR"/*) RYU_ORACLE= ;; esac
OURS=http://127.0.0.1:18080
RYUS=http://127.0.0.1:18081
[ -x "${RYU_ORACLE:-/nonexistent}" ] || RYUS=-
LOG=$WORK/ours.log

topology() { python3 "$REAL/topology.py" "$@"; }
said() {        # said COMMAND...: its lines are checks
    local verdict name detail
    while IFS=$'\t' read -r verdict name detail; do
        if [ "$verdict" = ok ]; then pass "$name"; else fail "$name" "$detail"; fi
    done < <("$@" 2>"$WORK/said.err" || printf 'bad\t%s\t%s\n' "$* ends well" \
        "$(tail -n 3 "$WORK/said.err" | tr '\n' ' ')")
}

ours() {        # ours OPTION...
    start "$LOG" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
        --wsapi-port 18080 --observe-links "$@" ryu.app.rest_topology ryu.topology.dumper
    OURS_PID=$LAST_PID
    wait_for 20 port_open 127.0.0.1 18080 || { fail "ours listens" "" "$LOG"; exit 1; }
}
ours --verbose
CONTROLLERS=(tcp:127.0.0.1:16653)
if [ "$RYUS" != - ]; then
    start "$WORK/ryu.log" "$RYU_ORACLE" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16654 \
        --wsapi-host 127.0.0.1 --wsapi-port 18081 --observe-links ryu.app.rest_topology
    wait_for 20 port_open 127.0.0.1 18081 || { fail "Ryu listens" "" "$WORK/ryu.log"; exit 1; }
else
    echo "note: no Ryu (RYU_ORACLE): its answers are not compared"
fi

ovs_start_db
ovs_choose_datapath
ovs_start_switch
# Three bridges in a ring, a host at each: port 1 to the host, 2 to the next bridge, 3 to the last one.
for n in 1 2 3; do
    next=$((n % 3 + 1))
    ip link add "r$n" type veth peer name "l$next" || die "no veth pairs here"
    ip netns add "h$n"
    ip link add "e$n" type veth peer name eth0 netns "h$n"
    ip -n "h$n" link set eth0 address "02:00:00:00:01:0$n"
    ip -n "h$n" addr add "10.0.0.$n/24" dev eth0
    ip -n "h$n" link set eth0 up
    for end in "r$n" "l$next" "e$n"; do ip link set "$end" up; done
done
for n in 1 2 3; do
    vsctl add-br "s$n" -- set bridge "s$n" "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
        other-config:disable-in-band=true "other-config:datapath-id=000000000000000$n" || die "add-br"
    for port in "e$n:1" "r$n:2" "l$n:3"; do
        vsctl add-port "s$n" "${port%:*}" -- set interface "${port%:*}" "ofport_request=${port#*:}"
    done
done

for version in 10 11 12 13 14 15; do
    heading "OpenFlow 1.${version#1}"
    controllers=("${CONTROLLERS[@]}")
    ryus=-
    # Ryu's topology speaks neither 1.1 nor 1.5.
    case $version in 11 | 15) ;; *) [ "$RYUS" = - ] || { controllers+=(tcp:127.0.0.1:16654); ryus=$RYUS; } ;; esac
    for n in 1 2 3; do
        vsctl del-controller "s$n" -- set bridge "s$n" "protocols=OpenFlow$version"
        vsctl set-controller "s$n" "${controllers[@]}"
    done
    said topology ring "1.${version#1}" $OURS "$ryus"
    for n in 1 2 3; do
        # What hosts send comes to the controllers and goes nowhere: a ring without a storm.
        ovs-ofctl -O "OpenFlow$version" add-flow "s$n" priority=0,actions=controller:128
        ip netns exec "h$n" ping -c 1 -W 1 10.0.0.99 >/dev/null 2>&1
    done
    said topology hosts "1.${version#1}" $OURS "$ryus"
done

heading "cuts (OpenFlow 1.5)"
said topology cut $OURS r1
# With no word: what comes in by s3 is dropped, all ports stay up.
ovs-ofctl -O OpenFlow15 add-flow s3 priority=65535,dl_dst=01:80:c2:00:00:0e,dl_type=0x88cc,actions=drop
said topology missed $OURS
ovs-ofctl -O OpenFlow15 add-flow s3 \
    priority=65535,dl_dst=01:80:c2:00:00:0e,dl_type=0x88cc,actions=controller:65535
said topology ring "after the drop" $OURS -

heading "a host lies"
said topology lies $OURS h1
has "it is in the log" 'LLDP that came in by port 1 is refused: it is not signed' "$LOG"
equal "and there once" 1 "$(grep -c 'dpid=0000000000000001: LLDP that came in by port 1 is refused' "$LOG")"
has "the dumper shows events as Ryu's" \
    'EventLinkAdd<Link: Port<dpid=1, port_no=2, LIVE> to Port<dpid=2, port_no=3, LIVE>>' "$LOG"

heading "without signing, as Ryu"
stop "$OURS_PID"
LOG=$WORK/unsigned.log
ours --nolldp-signing
said topology ring "unsigned" $OURS -
said topology believed $OURS h1
stop "$OURS_PID"
lacks "nothing panicked" 'panicked' "$WORK/ours.log"
lacks "nothing panicked without signing" 'panicked' "$WORK/unsigned.log"
for n in 1 2 3; do vsctl del-br "s$n"; done

heading "Mininet"
command -v mn >/dev/null 2>&1 || { echo "note: not tried, as Mininet is not installed"; exit 0; }
[ "$DATAPATH_TYPE" = netdev ] || { echo "note: not tried, as it needs /dev/net/tun"; exit 0; }
own_tmp
PYTHON=/usr/bin/python3
for topo in ring tree; do
    LOG=$WORK/$topo.log
    app=()
    # A learning switch in a ring is a storm.
    [ $topo = tree ] && app=(ryu.app.simple_switch_13)
    ours ${app[@]+"${app[@]}"}
    said timeout --kill-after=10 180 "$PYTHON" "$REAL/topology_mininet.py" $topo 16653 $OURS
    stop "$OURS_PID"
    lacks "$topo: nothing panicked" 'panicked' "$LOG"
done
