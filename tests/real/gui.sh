#!/usr/bin/env bash
# The page of gui_topology in a real Chromium over real switches: three bridges of Open vSwitch in a ring,
# a host at each. Opens a switch, reads its flows, cuts a cable, sees it vanish; at the size of a laptop
# and of a phone, dark and light, by keyboard; the controller is killed and comes back. Ryu's own page
# against our routes, if it is there (RYU_GUI_HTML names its folder, RYU_D3 a d3 of version 3). And
# Python's two WebSocket libraries against our server.
#
#   tests/real/gui.sh    (root; chromium, Python's websocket and websockets; its own Open vSwitch)
#
#   RYU_GUI_SHOTS   folder that keeps the screenshots

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ip python3 curl
need_ryu
# Debian's packages are for Debian's Python, whatever else comes first in PATH.
PYTHON=python3
[ -x /usr/bin/python3 ] && PYTHON=/usr/bin/python3
. "$REAL/ovs_lib.sh"

results() {     # results NAME COMMAND...: its lines "ok<tab>name" and "bad<tab>name<tab>detail"
    local name=$1 verdict what detail
    shift
    while IFS=$'\t' read -r verdict what detail; do
        if [ "$verdict" = ok ]; then pass "$what"; else fail "$what" "$detail"; fi
    done < <("$@" 2>"$WORK/err" || printf 'bad\t%s\t%s\n' "$name runs to its end" "$(tail -n 4 "$WORK/err" | tr '\n' ' ')")
}

heading "WebSocket: Python's libraries, raw bytes, RFC 6455 case by case"
start "$WORK/sim.log" "$RYU" sim --topo linear,2 --wsapi-port 18081 --observe-links simple_switch_websocket_13 ws_topology
SIM=$LAST_PID
wait_for 20 port_open 127.0.0.1 18081 || { fail "ryu sim listens" "" "$WORK/sim.log"; exit 1; }
if "$PYTHON" -c 'import websocket, websockets' 2>/dev/null; then
    results "ws_client.py" "$PYTHON" "$REAL/ws_client.py" 127.0.0.1 18081
else
    echo "note: no python3-websocket and python3-websockets: these checks are left out"
fi
results "ws_conformance.py" python3 "$REAL/ws_conformance.py" 127.0.0.1 18081
stop "$SIM"
equal "SIGTERM with WebSockets open: exit status" 0 "$STATUS"
lacks "no panic" 'panicked' "$WORK/sim.log"

command -v chromium >/dev/null || skip "not installed: chromium"
"$PYTHON" -c 'import websocket' 2>/dev/null || skip "not installed: python3-websocket"

heading "the page behind a token"
TOKEN=0123456789abcdef0123456789abcdef
echo $TOKEN >"$WORK/tokens"
chmod 600 "$WORK/tokens"
start "$WORK/token.log" "$RYU" sim --topo linear,3 --wsapi-port 18082 --observe-links \
    --wsapi-token-file "$WORK/tokens" gui_topology
TOKEN_SIM=$LAST_PID
wait_for 20 port_open 127.0.0.1 18082 || { fail "ryu sim listens" "" "$WORK/token.log"; exit 1; }
results "gui_page.py, token" "$PYTHON" "$REAL/gui_page.py" --token 127.0.0.1:18082 "$TOKEN"
stop "$TOKEN_SIM"

heading "switches of OpenFlow 1.0"
start "$WORK/old.log" "$RYU" sim --topo linear,2 --ofp-version 1.0 --wsapi-port 18083 --observe-links gui_topology
OLD_SIM=$LAST_PID
wait_for 20 port_open 127.0.0.1 18083 || { fail "ryu sim listens" "" "$WORK/old.log"; exit 1; }
SHOTS=${RYU_GUI_SHOTS:-$WORK/shots}
mkdir -p "$SHOTS"
results "gui_page.py, 1.0" "$PYTHON" "$REAL/gui_page.py" --old http://127.0.0.1:18083/ "$SHOTS"
stop "$OLD_SIM"

heading "the page"
APPS=(gui_topology simple_switch_13 sessions hub)
controller() {
    start "$WORK/ryu.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
        --wsapi-port 18080 --observe-links "${APPS[@]}"
    CONTROLLER=$LAST_PID
}
controller
wait_for 20 port_open 127.0.0.1 18080 || { fail "the controller listens" "" "$WORK/ryu.log"; exit 1; }

ovs_start_db
ovs_choose_datapath
ovs_start_switch
for n in 1 2 3; do
    vsctl add-br "s$n" -- set bridge "s$n" "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
        other-config:disable-in-band=true "other-config:datapath-id=000000000000000$n" \
        protocols=OpenFlow13 || die "add-br"
    ip netns add "h$n" && ip link add "s$n-eth1" type veth peer name eth0 netns "h$n" || die "host $n"
    ip link set "s$n-eth1" up
    ip -n "h$n" link set lo up
    # Frames between namespaces have no checksums otherwise, and datapaths in user space forward them so.
    ethtool -K "s$n-eth1" tx off >/dev/null 2>&1
    ip netns exec "h$n" ethtool -K eth0 tx off >/dev/null 2>&1
    ip -n "h$n" addr add "10.0.0.$n/24" dev eth0
    ip -n "h$n" link set eth0 up
    vsctl add-port "s$n" "s$n-eth1" -- set interface "s$n-eth1" ofport_request=1 || die "add-port"
done
# A chain: the apps here do not know how to live with a ring.
cable() {       # cable A PORT B PORT
    ip link add "s$1-eth$2" type veth peer name "s$3-eth$4" || die "cable"
    ip link set "s$1-eth$2" up
    ip link set "s$3-eth$4" up
    vsctl add-port "s$1" "s$1-eth$2" -- set interface "s$1-eth$2" "ofport_request=$2" \
        -- add-port "s$3" "s$3-eth$4" -- set interface "s$3-eth$4" "ofport_request=$4" || die "add-port"
}
cable 1 2 2 2
cable 2 3 3 2
for n in 1 2 3; do vsctl set-controller "s$n" tcp:127.0.0.1:16653 || die "set-controller"; done
all_links() { [ "$(curl -s -m 2 http://127.0.0.1:18080/v1.0/topology/links | grep -o '"src"' | wc -l)" = 4 ]; }
check "both cables are found, in both directions" wait_for 20 all_links || tail -n 20 "$WORK/ryu.log"
# On the way of what the ping below sends, so that it counts: a band that it does not reach, and one that it does.
ovs-ofctl -O OpenFlow13 add-meter s2 meter=1,kbps,burst,stats,band=type=drop,rate=100000,burst_size=1000 &&
    ovs-ofctl -O OpenFlow13 add-meter s2 meter=2,pktps,stats,band=type=drop,rate=1 &&
    ovs-ofctl -O OpenFlow13 add-flow s2 priority=9,icmp,nw_dst=10.0.0.2,actions=meter:1,output:1 &&
    ovs-ofctl -O OpenFlow13 add-flow s2 priority=9,icmp,nw_dst=10.0.0.77,actions=meter:2,output:1 || die "meters"
for n in 2 3; do
    check "host 1 reaches host $n" wait_for 20 ip netns exec h1 ping -c 1 -W 1 "10.0.0.$n"
done
# Asking for nobody is a broadcast: the controller sees it, whatever entries the switches have by now.
addresses() {
    for n in 1 2 3; do ip netns exec "h$n" ping -c 1 -W 1 10.0.0.99; done
    curl -s -m 2 http://127.0.0.1:18080/v1.0/topology/hosts >"$WORK/hosts"
    for n in 1 2 3; do grep -q "\"10.0.0.$n\"" "$WORK/hosts" || return 1; done
}
check "the three hosts are known by address" wait_for 10 addresses || cat "$WORK/hosts"

# gui_page.py says when it wants something done to the network, one word a line.
mkfifo "$WORK/asked" "$WORK/done"
exec 7<>"$WORK/asked" 8<>"$WORK/done"
(
    while read -r -u 7 what; do
        case $what in
        cut) ip link set s2-eth3 down ;;
        mend) ip link set s2-eth3 up ;;
        ping) ip netns exec h1 ping -c 20 -i 0.05 -q 10.0.0.2 >/dev/null ;;
        end) break ;;
        esac
        echo "$what" >&8
    done
) &
HELPER=$!
STARTED+=("$HELPER")
results "gui_page.py" "$PYTHON" "$REAL/gui_page.py" http://127.0.0.1:18080/ "$WORK/asked" "$WORK/done" "$SHOTS"

heading "the controller goes and comes back"
# Its end is meant: bash need not tell of it.
disown "$CONTROLLER"
results "gui_page.py, lost" "$PYTHON" "$REAL/gui_page.py" --lost http://127.0.0.1:18080/ "$CONTROLLER" "$SHOTS" \
    "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 --wsapi-port 18080 --observe-links "${APPS[@]}"

heading "Ryu's own page"
RYU_D3=${RYU_D3:-/usr/share/javascript/d3/d3.min.js}
if [ -z "${RYU_GUI_HTML:-}" ] || [ ! -f "$RYU_GUI_HTML/ryu.topology.js" ]; then
    echo "note: RYU_GUI_HTML names no folder with ryu.topology.js: left out"
elif [ ! -f "$RYU_D3" ]; then
    echo "note: no d3 of version 3 at $RYU_D3 (libjs-d3): left out"
else
    controller
    wait_for 20 port_open 127.0.0.1 18080
    check "the links are back" wait_for 30 all_links
    results "gui_page.py, Ryu's" "$PYTHON" "$REAL/gui_page.py" --ryu http://127.0.0.1:18080/ "$WORK/asked" \
        "$WORK/done" "$SHOTS" "$RYU_GUI_HTML" "$RYU_D3"
fi
echo end >&7
lacks "nothing panicked" 'panicked' "$WORK/ryu.log"
