#!/usr/bin/env bash
# Spanning tree, link aggregation and IGMP on real switches: a ring of Open vSwitch bridges that
# simple_switch_stp_13 keeps from storming, with links cut and mended; the spanning trees of Open
# vSwitch and of Linux as neighbours in the ring; a bond of Open vSwitch (lacp=active); multicast to
# those who joined.
#
#   tests/real/l2.sh             (root; brings its own Open vSwitch, namespaces and folder)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ip ping python3 curl
need_ryu
. "$REAL/ovs_lib.sh"

LOG=
PROTOCOL=OpenFlow13

address() { printf '10.0.0.%s' "${1#h}"; }
mac() { printf '02:00:00:00:00:0%s' "${1#h}"; }
quiet_ipv6() { sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null; }

bridge() {      # bridge NAME DPID: waits for a controller, forwards nothing
    vsctl add-br "$1" -- set bridge "$1" "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
        "other-config:datapath-id=000000000000000$2" other-config:disable-in-band=true \
        "protocols=$PROTOCOL" || die "add-br $1"
}

host() {        # host NAME BRIDGE [OFPORT]: a namespace, a veth into the bridge
    local name=$1 bridge=$2 port=$2-$1
    ip netns add "$name" || die "ip netns add $name"
    ip netns exec "$name" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
    ip link add "$port" type veth peer name eth0 netns "$name" || die "veth for $name"
    ip -n "$name" link set eth0 address "$(mac "$name")"
    ip -n "$name" addr add "$(address "$name")/24" dev eth0
    ip -n "$name" link set lo up
    ip -n "$name" link set eth0 up
    ip -n "$name" route add 224.0.0.0/4 dev eth0
    ip link set "$port" up
    if command -v ethtool >/dev/null; then
        ip netns exec "$name" ethtool -K eth0 tx off >/dev/null 2>&1
    fi
    vsctl add-port "$bridge" "$port" ${3:+-- set interface "$port" "ofport_request=$3"} ||
        die "add-port $port"
}

cable() {       # cable A B [OFPORT-OF-A]: a veth between two bridges, A-B and B-A
    ip link add "$1-$2" type veth peer name "$2-$1" || die "veth $1-$2"
    ip link set "$1-$2" up
    ip link set "$2-$1" up
}

plug() {        # plug BRIDGE PORT [OFPORT]
    vsctl add-port "$1" "$2" ${3:+-- set interface "$2" "ofport_request=$3"} || die "add-port $2"
}

speak() {       # speak BRIDGE...
    local bridge
    for bridge in "$@"; do
        vsctl set-controller "$bridge" tcp:127.0.0.1:6653 \
            -- set controller "$bridge" max_backoff=1000 inactivity_probe=5000 || die "set-controller"
    done
}

controller() {  # controller APP...
    LOG=$WORK/$1.log
    : >"$LOG"
    start "$LOG" "$RYU_MANAGER" --verbose "$@"
    CONTROLLER=$LAST_PID
    wait_for 15 port_open 127.0.0.1 6653 || {
        fail "$1 listens on 6653" "nothing there after 15 s" "$LOG"
        exit 1
    }
}

end_world() {   # end_world NAME HOST...: the controller, all bridges, all hosts
    local name=$1 it
    shift
    stop "$CONTROLLER"
    equal "$name ends with status 0 on SIGTERM" 0 "$STATUS"
    lacks "$name logged no panic and no traceback" 'panick|traceback' "$LOG"
    for it in $(vsctl list-br); do vsctl del-br "$it"; done
    for it in "$@"; do ip netns del "$it"; done
    for it in $(ip -o link show type veth | sed -n 's/^[0-9]*: \([^@:]*\).*/\1/p'); do
        ip link del "$it" 2>/dev/null
    done
}

ping_once() { ip netns exec "$1" ping -n -q -c 1 -W 1 "$(address "$2")" >/dev/null 2>&1; }

everybody() {   # everybody HOST...: each reaches each, asked afresh
    local from to
    for from in "$@"; do ip -n "$from" neigh flush dev eth0; done
    for from in "$@"; do
        for to in "$@"; do [ "$from" = "$to" ] || ping_once "$from" "$to" || return 1; done
    done
}

converges() {   # converges NAME SECONDS HOST...
    local name=$1 limit=$2 before=$SECONDS
    shift 2
    if wait_for "$limit" everybody "$@"; then
        pass "$name (after $((SECONDS - before)) s)"
    else
        fail "$name" "not everybody reaches everybody in $limit s" "$LOG"
    fi
}

frames() {      # frames PORT...: how many came in by these in all
    awk -v ports=" $* " 'NR > 2 { sub(/:/, " "); if (index(ports, " " $1 " ")) n += $3 } END { print n + 0 }' \
        /proc/net/dev
}

no_storm() {    # no_storm NAME PORT...: frames of ten seconds in which three broadcasts are sent
    local name=$1 before after
    shift
    before=$(frames "$@")
    ip netns exec h1 ping -n -q -c 3 -i 0.3 -W 1 10.0.0.99 >/dev/null 2>&1
    sleep 7
    after=$(frames "$@")
    # Hellos of ten seconds on each cable, and a few ARP requests on each.
    if [ $((after - before)) -le 120 ]; then
        pass "$name: $((after - before)) frames in ten seconds"
    else
        fail "$name" "$((after - before)) frames in ten seconds"
    fi
}

quiet_ipv6
ovs_start_db
ovs_choose_datapath
ovs_start_switch

RING=(s1-s2 s2-s1 s2-s3 s3-s2 s3-s1 s1-s3)
ring() {        # three bridges in a ring, a host at each
    local n
    for n in 1 2 3; do bridge "s$n" "$n"; done
    cable s1 s2; cable s2 s3; cable s3 s1
    for n in 1 2 3; do host "h$n" "s$n" 1; done
    plug s1 s1-s2; plug s1 s1-s3; plug s2 s2-s1; plug s2 s2-s3; plug s3 s3-s1; plug s3 s3-s2
}

blocked() { grep -c . <(grep -o "dpid=[0-9a-f]*: \[port=[0-9]*\].*" "$LOG" | awk '{ split($0, a, "]"); last[a[1]] = $NF } END { for (p in last) if (last[p] == "BLOCK") print p }'); }

heading "a ring of three, simple_switch_stp_13"
ring
controller simple_switch_stp_13
speak s1 s2 s3
wait_for 15 connected s1 s2 s3 || fail "the switches connect" "not in 15 s" "$LOG"
sleep 3
if ping_once h1 h2; then fail "nothing is forwarded while ports listen"; else pass "nothing is forwarded while ports listen"; fi
converges "everybody reaches everybody" 60 h1 h2 h3
equal "one port blocks" 1 "$(blocked)"
has "switch 1 is the root: switch 2 has a root port" 'dpid=0000000000000002: \[port=[0-9]+\] ROOT_PORT +/ FORWARD' "$LOG"
no_storm "it does not storm" "${RING[@]}"
ip link set s3-s1 down
converges "a cable is cut, another way is found" 60 h1 h2 h3
ip link set s3-s1 up
sleep 36
converges "it is mended, everybody reaches everybody" 30 h1 h2 h3
equal "one port blocks again" 1 "$(blocked)"
no_storm "it still does not storm" "${RING[@]}"
end_world simple_switch_stp_13 h1 h2 h3

heading "a ring of three, simple_switch_stp on OpenFlow 1.0"
PROTOCOL=OpenFlow10
ring
controller simple_switch_stp
speak s1 s2 s3
converges "everybody reaches everybody" 70 h1 h2 h3
equal "one port blocks" 1 "$(blocked)"
no_storm "it does not storm" "${RING[@]}"
end_world simple_switch_stp h1 h2 h3
PROTOCOL=OpenFlow13

# A third bridge that has a spanning tree of its own: PEER makes it, CUT and MEND its cable to s1.
MIXED=(s1-s2 s2-s1 s1-p1 s2-p1)
mixed() {       # mixed NAME: s1 and s2 with the controller, p1 made by peer
    bridge s1 1
    bridge s2 2
    cable s1 s2; cable s1 p1; cable s2 p1
    host h1 s1 1
    host h2 s2 1
    plug s1 s1-s2; plug s1 s1-p1; plug s2 s2-s1; plug s2 s2-p1
    controller simple_switch_stp_13
    speak s1 s2
}
after_mixed() { # after_mixed NAME: with the timers of the root, or with ours
    local name=$1
    converges "$name: everybody reaches everybody" 70 h1 h2 h3
    no_storm "$name: it does not storm" "${MIXED[@]}"
    ip link set s1-p1 down
    converges "$name: a cable is cut, another way is found" 70 h1 h2 h3
}
mended() {      # mended NAME SECONDS
    ip link set s1-p1 up
    sleep "$2"
    converges "$1: it is mended" 30 h1 h2 h3
    no_storm "$1: and it does not storm" "${MIXED[@]}"
}

ovs_peer() {    # ovs_peer PRIORITY
    vsctl add-br p1 -- set bridge p1 "datapath_type=$DATAPATH_TYPE" fail_mode=standalone \
        stp_enable=true "other-config:stp-priority=$1" other-config:stp-hello-time=1 \
        other-config:stp-max-age=6 other-config:stp-forward-delay=4 || die "add-br p1"
    host h3 p1
    plug p1 p1-s1
    plug p1 p1-s2
}
stp_of_p1() { vsctl --if-exists get bridge p1 "status:$1" | tr -d '"'; }
peer_agrees() { [ -n "$(stp_of_p1 stp_designated_root)" ] && [ "$(stp_of_p1 stp_designated_root)" "$1" "$(stp_of_p1 stp_bridge_id)" ]; }

heading "Open vSwitch's own spanning tree in the ring, not as the root"
mixed
ovs_peer 61440
if wait_for 60 peer_agrees !=; then pass "it believes our root"; else fail "it believes our root" "$(stp_of_p1 stp_designated_root)" "$LOG"; fi
equal "our root is switch 1, of priority 8000" 8000 "$(stp_of_p1 stp_designated_root | cut -c1-4)"
after_mixed "Open vSwitch below"
end_world "with a bridge of Open vSwitch" h1 h2 h3

heading "Open vSwitch's own spanning tree in the ring, as the root"
mixed
ovs_peer 4096
after_mixed "Open vSwitch as the root"
if peer_agrees =; then pass "it is the root"; else fail "it is the root" "$(stp_of_p1 stp_designated_root)"; fi
has "switch 1 believes it" 'dpid=0000000000000001: Non root bridge' "$LOG"
has "switch 1 has a root port" 'dpid=0000000000000001: \[port=[0-9]+\] ROOT_PORT +/ FORWARD' "$LOG"
mended "Open vSwitch as the root" 12
end_world "below a bridge of Open vSwitch" h1 h2 h3

heading "Linux's spanning tree in the ring"
if ip link add br0 type bridge stp_state 1 2>/dev/null; then
    mixed
    ip link set br0 type bridge priority 4096 hello_time 100 max_age 600 forward_delay 400
    ip netns add h3
    ip netns exec h3 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
    ip link add br0-h3 type veth peer name eth0 netns h3
    ip -n h3 link set eth0 address "$(mac h3)"
    ip -n h3 addr add "$(address h3)/24" dev eth0
    ip -n h3 link set eth0 up
    ip link set br0-h3 master br0
    ip link set br0-h3 up
    ip link set p1-s1 master br0
    ip link set p1-s2 master br0
    ip link set br0 up
    after_mixed "Linux as the root"
    mended "Linux as the root" 12
    has "switch 1 believes it" 'dpid=0000000000000001: Non root bridge' "$LOG"
    ip link del br0
    end_world "with a bridge of Linux" h1 h2 h3
else
    echo "note: this kernel has no bridges: Linux's spanning tree is left out"
fi

heading "a bond of Open vSwitch (lacp=active), simple_switch_lacp_13"
bridge s1 1
ip link add s1-p1 type veth peer name p1-s1
ip link add s1-q1 type veth peer name p1-q1
for port in s1-p1 p1-s1 s1-q1 p1-q1; do ip link set "$port" up; done
plug s1 s1-p1 1
plug s1 s1-q1 2
host h1 s1 3
vsctl add-br p1 -- set bridge p1 "datapath_type=$DATAPATH_TYPE" fail_mode=standalone || die "add-br p1"
host h2 p1
controller simple_switch_lacp_13
speak s1
wait_for 15 connected s1 || fail "the switch connects" "not in 15 s" "$LOG"
vsctl add-bond p1 bond0 p1-s1 p1-q1 lacp=active other-config:lacp-time=fast \
    bond_mode=balance-slb || die "add-bond"
# The other cable brings back what h2 sends to all: a host, which a bridge is not, would know itself.
ovs-appctl fdb/add p1 p1-h2 0 "$(mac h2)" >/dev/null || echo "note: no fdb/add in this Open vSwitch"
negotiated() { ovs-appctl lacp/show bond0 | grep -q 'status: .*negotiated'; }
if wait_for 20 negotiated; then pass "the bond is negotiated"; else fail "the bond is negotiated" "$(ovs-appctl lacp/show bond0)" "$LOG"; fi
equal "both cables are in use" 2 "$(ovs-appctl lacp/show bond0 | grep -c 'current attached')"
equal "its partner is the switch's own address" "$(vsctl get interface s1 mac_in_use | tr -d '"')" \
    "$(ovs-appctl lacp/show bond0 | sed -n 's/.*partner sys_id: //p' | head -n 1)"
has "port 1 takes part" 'slave state changed port: 1 enabled: true' "$LOG"
has "port 2 takes part" 'slave state changed port: 2 enabled: true' "$LOG"
equal "an entry watches each port" 2 \
    "$(ovs-ofctl -O OpenFlow13 dump-flows s1 | grep -c 'idle_timeout=3.*priority=65535.*dl_type=0x8809')"
converges "hosts reach each other over the bond" 20 h1 h2
sleep 8
lacks "nothing falls silent" 'enabled: false' "$LOG"
ip link set p1-q1 down
if wait_for 15 grep -q 'slave state changed port: 2 enabled: false' "$LOG"; then
    pass "a cable is cut: port 2 is out after three seconds"
else
    fail "a cable is cut: port 2 is out after three seconds" "not in 15 s" "$LOG"
fi
converges "hosts reach each other over the other cable" 20 h1 h2
end_world simple_switch_lacp_13 h1 h2

heading "groups, simple_switch_igmp_13"
cat >"$WORK/listen.py" <<'PYTHON'
import socket, struct, sys
# listen.py ADDRESS SECONDS: joins 239.1.2.3, prints how many datagrams came
own, seconds = sys.argv[1], float(sys.argv[2])
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("239.1.2.3", 5000))
sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                socket.inet_aton("239.1.2.3") + socket.inet_aton(own))
print("joined", flush=True)
sock.settimeout(seconds)
count = 0
try:
    while sock.recv(100) != b"end":
        count += 1
except socket.timeout:
    pass
print("received", count, flush=True)
PYTHON
cat >"$WORK/send.py" <<'PYTHON'
import socket, sys, time
own, last = sys.argv[1], sys.argv[2]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 4)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
for n in range(20):
    sock.sendto(b"news", ("239.1.2.3", 5000))
    time.sleep(0.02)
sock.sendto(last.encode(), ("239.1.2.3", 5000))
PYTHON
came_in() { ip netns exec "$1" awk '$1 == "eth0:" { print $3 }' /proc/net/dev; }
stream() {      # stream LAST: h2 sends 21 datagrams; what came to h1, h3 and h4 in CAME
    local before=() n
    for n in 1 3 4; do before[n]=$(came_in "h$n"); done
    ip netns exec h2 python3 "$WORK/send.py" 10.0.0.2 "$1"
    sleep 0.5
    for n in 1 3 4; do CAME[n]=$(($(came_in "h$n") - before[n])); done
}
members() {     # members NAME HOST...: the stream reaches these and nobody else
    local name=$1 n
    shift
    for n in 1 3 4; do
        if [[ " $* " = *" h$n "* ]]; then
            if [ "${CAME[n]}" -ge 21 ]; then pass "$name: h$n has all"; else fail "$name: h$n has all" "${CAME[n]} of 21 frames"; fi
        else
            # An ARP request or a query of the switch may be among them.
            if [ "${CAME[n]}" -le 3 ]; then pass "$name: h$n has nothing"; else fail "$name: h$n has nothing" "${CAME[n]} frames" "$LOG"; fi
        fi
    done
}
declare -a CAME
bridge s1 1
for n in 1 2 3 4; do host "h$n" s1 "$n"; done
controller simple_switch_igmp_13
speak s1
wait_for 15 connected s1 || fail "the switch connects" "not in 15 s" "$LOG"
sleep 2
start "$WORK/h3.out" ip netns exec h3 python3 "$WORK/listen.py" 10.0.0.3 60
H3=$LAST_PID
wait_for 10 grep -q 'Multicast Group Added: \[239.1.2.3\]' "$LOG" || fail "the group is known" "not in 10 s" "$LOG"
sleep 1
stream news
members "h3 has joined" h3
start "$WORK/h4.out" ip netns exec h4 python3 "$WORK/listen.py" 10.0.0.4 60
H4=$LAST_PID
wait_for 10 grep -q 'hosts:\[3, 4\]' "$LOG" || fail "both ports are known" "not in 10 s" "$LOG"
sleep 1
stream end
members "h3 and h4 have joined" h3 h4
wait_for 10 gone "$H3" && wait_for 10 gone "$H4"
forget "$H3"; forget "$H4"
equal "the program of h3 has received the news twice" "received 41" "$(tail -n 1 "$WORK/h3.out")"
equal "the program of h4 has received them once" "received 20" "$(tail -n 1 "$WORK/h4.out")"
if wait_for 10 grep -q 'Multicast Group Removed: \[239.1.2.3\]' "$LOG"; then
    pass "both have left: the group is gone"
else
    fail "both have left: the group is gone" "not in 10 s" "$LOG"
fi
equal "and so are its entries" 0 "$(ovs-ofctl -O OpenFlow13 dump-flows s1 | grep -c 'nw_dst=239')"
end_world simple_switch_igmp_13 h1 h2 h3 h4

heading "the learning switches of 1.2, 1.4 and 1.5"
for version in 2 4 5; do
    PROTOCOL=OpenFlow1$version
    bridge s1 1
    host h1 s1
    host h2 s1
    controller "simple_switch_1$version"
    speak s1
    converges "simple_switch_1$version: hosts reach each other" 20 h1 h2
    wanted=2
    got=$(ovs-ofctl -O "$PROTOCOL" dump-flows s1 | grep -c 'in_port=.*dl_dst=02:00.*actions=output')
    equal "simple_switch_1$version: two entries" "$wanted" "$got"
    end_world "simple_switch_1$version" h1 h2
done
PROTOCOL=OpenFlow13
