#!/usr/bin/env bash
# Real traffic, not generated packets: hosts in namespaces, Open vSwitch in user space and the daemons
# that people run talk to each other over links that are captured. Then each captured packet is
# compared field by field with tshark's view of it, and our JSON of it makes its bytes again.
#
#   tests/real/traffic.sh        (root; brings its own Open vSwitch, namespaces and folder)
#
#   l0   two hosts: ping, TCP, UDP, multicast, ICMP errors; VLAN, QinQ and MPLS by flows; DHCP, DHCPv6
#        and router advertisements (dnsmasq), VRRP (keepalived), OSPF and BGP (bird), LLDP (lldpd)
#   l1   STP, LLDP, BFD and CFM of Open vSwitch
#   l2   RSTP of Open vSwitch
#   l3   LACP of a bond of Open vSwitch
#   l4   GRE, VXLAN and Geneve of Open vSwitch
#
# Nothing waits for a time, but for packets to be in the capture. A daemon that is not installed is
# named and its packets are not waited for.

. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1
if [ "${RYU_WORLD:-}" != 1 ]; then
    command -v cargo >/dev/null || skip "not installed: cargo"
    cargo test --locked --no-run --test packet_vectors || die "the test does not build"
fi
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ip ping ethtool python3 \
    dumpcap editcap tshark
need_ryu
. "$REAL/ovs_lib.sh"

CAPTURE=$WORK/traffic.pcapng
WANTED=()       # regular expressions: lines of `seen` that have to come

# want NAME REGEX
want() { WANTED+=("$1|$2"); }

# optional PROGRAM WHAT: is it there? If not, it is said what is missed.
optional() {
    if [ -x "$(command -v "$1")" ]; then return 0; fi
    echo "note: no $1, so no $2"
    return 1
}

link() {        # link A B: a veth in this namespace
    ip link add "$1" type veth peer name "$2" || die "veth $1 $2"
    for end in "$1" "$2"; do
        ethtool -K "$end" tx off gro off >/dev/null 2>&1
        # The link's own traffic is what is put on it.
        echo 1 >"/proc/sys/net/ipv6/conf/$end/disable_ipv6"
        ip link set "$end" up
    done
}

bridge() {      # bridge NAME [SETTING...]
    local name=$1
    shift
    vsctl add-br "$name" -- set bridge "$name" "datapath_type=$DATAPATH_TYPE" fail_mode=standalone \
        other-config:disable-in-band=true "$@" || die "add-br $name"
}

host() {        # host NAME PORT: a namespace with eth0, whose other end is PORT
    ip netns add "$1" || die "ip netns add $1"
    ip link add "$2" type veth peer name eth0 netns "$1" || die "veth of $1"
    ip netns exec "$1" ethtool -K eth0 tx off gro off >/dev/null 2>&1
    ethtool -K "$2" tx off gro off >/dev/null 2>&1
    echo 1 >"/proc/sys/net/ipv6/conf/$2/disable_ipv6"
    ip link set "$2" up
    ip -n "$1" link set lo up
}

on() { local name=$1; shift; ip netns exec "$name" "$@"; }
quietly() { "$@" >>"$WORK/hosts.log" 2>&1; }

# -- the links -----------------------------------------------------------------------------------

ovs_start_db
ovs_choose_datapath
ovs_start_switch
for n in 0 1 2 3 4 5; do link "l${n}a" "l${n}b"; done
host h1 p1
host h2 p2

start "$WORK/dumpcap.log" dumpcap -q -n -i l0a -i l1a -i l2a -i l3a -i l4a -a duration:120 \
    -a packets:20000 -w "$CAPTURE"
DUMPCAP=$LAST_PID
wait_for 10 test -s "$CAPTURE" || { fail "dumpcap starts" "no file" "$WORK/dumpcap.log"; exit 1; }

# What is for bridges only, such as LLDP, goes through.
bridge a0 protocols=OpenFlow13 other-config:forward-bpdu=true
bridge b0 other-config:forward-bpdu=true
vsctl add-port a0 p1 -- add-port a0 l0a -- add-port b0 l0b -- add-port b0 p2 || die "hosts"

bridge a1 stp_enable=true
bridge b1 stp_enable=true
vsctl add-port a1 l1a -- set interface l1a lldp:enable=true cfm_mpid=1 bfd:enable=true bfd:min_tx=200 \
    -- add-port b1 l1b -- set interface l1b lldp:enable=true cfm_mpid=2 bfd:enable=true bfd:min_tx=200 ||
    die "STP, LLDP, CFM, BFD"
want STP 'protocols .*:stp'
want "LLDP of Open vSwitch" 'lldp.desc openvswitch.*'
want CFM 'protocols .*:cfm'
want "BFD that is up" 'bfd.sta 0x03'

bridge a2 rstp_enable=true
bridge b2 rstp_enable=true
vsctl add-port a2 l2a -- add-port b2 l2b || die "RSTP"
want RSTP 'stp.version 2'

bridge a3
bridge b3
vsctl add-bond a3 bond-a l3a l5a lacp=active other-config:lacp-time=fast \
    -- add-bond b3 bond-b l3b l5b lacp=active other-config:lacp-time=fast || die "LACP"
want "LACP that distributes" 'lacp.distributing 1'

# -- tunnels: one end is Open vSwitch, the other the Linux of h4, which knows VXLAN at most ---------

tunnels() {
    [ "$DATAPATH_TYPE" = netdev ] || { echo "note: no tunnels with the dummy datapath"; return; }
    ip netns add h4 && ip link set l4b netns h4 || die "h4"
    on h4 ethtool -K l4b tx off gro off >/dev/null 2>&1
    ip -n h4 addr add 172.31.0.2/24 dev l4b
    ip -n h4 link set l4b up
    bridge under
    vsctl add-port under l4a || die "add-port l4a"
    ip addr add 172.31.0.1/24 dev under && ip link set under up || die "address of the bridge"
    bridge over
    vsctl add-port over gre0 -- set interface gre0 type=gre options:remote_ip=172.31.0.2 options:key=7 \
        -- add-port over vxlan0 -- set interface vxlan0 type=vxlan options:remote_ip=172.31.0.2 options:key=42 \
        -- add-port over geneve0 -- set interface geneve0 type=geneve options:remote_ip=172.31.0.2 options:key=43 ||
        die "tunnels"
    host h3 p3
    vsctl add-port over p3
    ip -n h3 addr add 10.9.0.1/24 dev eth0
    ip -n h3 link set eth0 up
    if ip -n h4 link add vx0 type vxlan id 42 remote 172.31.0.1 dstport 4789 dev l4b 2>/dev/null; then
        ip -n h4 addr add 10.9.0.2/24 dev vx0
        ip -n h4 link set vx0 up
        want "a ping through VXLAN" 'protocols .*:vxlan:eth:ethertype:ip:icmp.*'
    else
        echo "note: no VXLAN in this kernel, so only one end of the tunnels"
    fi
    # The first packets are lost while the bridge asks for the address of the other end.
    wait_for 10 on h3 ping -n -q -c 1 -W 1 10.9.0.2 || echo "note: no answer through VXLAN"
    want GRE 'protocols .*:gre:eth:.*'
    want VXLAN 'protocols .*:vxlan:eth:.*'
    want Geneve 'protocols .*:geneve:eth:.*'
}

# -- what is in the capture -------------------------------------------------------------------------

# seen: a line for each kind of packet in the capture so far, as tshark has it.
seen() {
    tshark -n -r "$CAPTURE" -o tcp.desegment_tcp_streams:FALSE -o ip.defragment:FALSE -o ipv6.defragment:FALSE -T fields \
        -e frame.protocols -e bfd.sta -e stp.version -e lacp.actor.state.distributing -e icmp.type -e icmpv6.type \
        -e dhcp.option.dhcp -e dhcpv6.msgtype -e vrrp.version -e ospf.msg -e bgp.type -e igmp.type -e tcp.urgent_pointer \
        -e mpls.label -e ip.flags.mf -e ipv6.fraghdr.more -e lldp.tlv.system.desc 2>/dev/null | awk -F '\t' '
        BEGIN { split("protocols bfd.sta stp.version lacp.distributing icmp.type icmpv6.type dhcp.option.dhcp " \
            "dhcpv6.msgtype vrrp.version ospf.msg bgp.type igmp.type", name, " ") }
        {
            for (i = 1; i <= 12; i++) {
                n = i == 1 ? 1 : split($i, part, ",")
                for (k = 1; k <= n; k++) {
                    value = i == 1 ? $1 : part[k]
                    if (value != "") print name[i], value
                }
            }
            if ($13 > 0) print "tcp.urgent"
            if ($14 ~ /,/) print "labels 2"
            if ($15 ~ /1/) print "fragment 4"
            if ($16 ~ /1/) print "fragment 6"
            if ($17 != "") print "lldp.desc", $17
        }' | sort -u >"$WORK/seen"
}
all_seen() {
    local row
    seen
    LEFT=()
    for row in "${WANTED[@]}"; do
        grep -Eq -- "^${row#*|}\$" "$WORK/seen" || LEFT+=("${row%%|*}")
    done
    [ ${#LEFT[@]} -eq 0 ]
}
kind_seen() { seen; grep -Eq -- "^$1\$" "$WORK/seen"; }

# -- daemons ---------------------------------------------------------------------------------------

ip -n h1 addr add 10.0.0.1/24 dev eth0
ip -n h2 addr add 10.0.0.2/24 dev eth0
ip -n h1 -6 addr add fd00::1/64 dev eth0 nodad
ip -n h2 -6 addr add fd00::2/64 dev eth0 nodad
on h2 sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
# 10.8 comes back to h1, 10.7 is unknown to h2.
ip -n h1 route add 10.8.0.0/24 via 10.0.0.2
ip -n h1 route add 10.7.0.0/24 via 10.0.0.2
ip -n h2 route add 10.8.0.0/24 via 10.0.0.1
ip -n h1 -6 route add fd08::/64 via fd00::2
ip -n h1 -6 route add fd07::/64 via fd00::2
ip -n h2 -6 route add fd08::/64 via fd00::1
want "router solicitation" 'icmpv6.type 133'

settled() { [ -n "$(ip -n "$1" -6 addr show dev eth0 scope link -tentative)" ]; }
for name in h1 h2; do wait_for 10 settled $name || fail "$name has an IPv6 address of its own"; done

if optional dnsmasq "router advertisement, DHCP server"; then
    start "$WORK/dnsmasq.log" ip netns exec h2 dnsmasq -k -C /dev/null -p 0 -i eth0 -u root --pid-file= \
        --dhcp-leasefile="$WORK/leases" --dhcp-range=10.0.0.100,10.0.0.200,1h --dhcp-option=6,10.0.0.2,10.0.0.3 \
        --dhcp-range=fd00::100,fd00::200,64,1h --dhcp-option=option6:dns-server,[fd00::2] \
        --enable-ra --ra-param=eth0,4,60 --dhcp-no-override --domain=example.org
    want "router advertisement" 'icmpv6.type 134'
    if optional dhclient "DHCP client"; then
        for family in 4 6; do
            start "$WORK/dhclient.log" ip netns exec h1 dhclient -$family -d -v -cf /dev/null -sf /bin/true \
                -lf "$WORK/dhclient$family.leases" -pf "$WORK/dhclient$family.pid" eth0
        done
        want "DHCP to its end" 'dhcp.option.dhcp 5'
        want "DHCPv6 to its end" 'dhcpv6.msgtype 7'
    fi
fi
if optional keepalived VRRP; then
    {
        echo "global_defs {"
        echo "    script_user root"
        echo "}"
        for instance in "2 10.6.0.51 21" "3 10.6.0.52 22" "3 fd00::53 23"; do
            read -r version address id <<<"$instance"
            echo "vrrp_instance V$id {"
            echo "    version $version"
            echo "    interface eth0"
            echo "    state MASTER"
            echo "    virtual_router_id $id"
            echo "    priority 150"
            echo "    advert_int 1"
            [ "$version" = 3 ] || printf '    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n'
            echo "    virtual_ipaddress {"
            [ "$id" != 23 ] || echo "        fe80::53"
            echo "        $address"
            echo "    }"
            echo "}"
        done
    } >"$WORK/keepalived.conf"
    start "$WORK/keepalived.log" ip netns exec h1 keepalived -n -l -D -P -f "$WORK/keepalived.conf" \
        -p "$WORK/keepalived.pid" -r "$WORK/vrrp.pid"
    want "VRRP 2" 'vrrp.version 2'
    want "VRRP 3" 'vrrp.version 3'
fi
if optional bird "OSPF, BGP"; then
    for n in 1 2; do
        cat >"$WORK/bird$n.conf" <<CONF
router id 10.0.0.$n;
protocol device { }
protocol static { ipv4; route 10.1$n.0.0/16 blackhole; route 10.2$n.1.0/24 unreachable; }
protocol static { ipv6; route fd1$n::/32 blackhole; }
protocol ospf v2 {
    ipv4 { export all; };
    area 0 { interface 10.0.0.0/24 { type ptp; hello 1; dead 5; authentication simple; password "secret"; }; };
}
protocol bgp {
    local 10.0.0.$n as 6500$n;
    neighbor 10.0.0.$((3 - n)) as 6500$((3 - n));
    hold time 9; keepalive time 3; connect delay time 1; connect retry time 2; error wait time 1, 2;
    ipv4 { import all; export filter { bgp_community.add((65000, 7)); bgp_large_community.add((65000, 8, 9)); bgp_med = 50; accept; }; };
    ipv6 { import all; export all; };
}
CONF
        start "$WORK/bird.log" ip netns exec h$n bird -f -c "$WORK/bird$n.conf" -s "$WORK/bird$n.ctl" -P "$WORK/bird$n.pid"
    done
    for type in 1 2 3 4 5; do want "OSPF, type $type" "ospf.msg $type"; done
    for type in 1 2 4; do want "BGP, type $type" "bgp.type $type"; done
fi
if optional lldpd "LLDP of a host"; then
    # It copies files there.
    [ ! -d /run/lldpd ] || mount -t tmpfs tmpfs /run/lldpd
    start "$WORK/lldpd.log" ip netns exec h2 lldpd -d -I eth0 -u /run/netns/lldpd.sock
    want "LLDP of a host" 'lldp.desc .*Linux.*'
fi
tunnels

# A bridge of Linux asks who is in which group.
ip netns add q && ip link add pq type veth peer name eth0 netns q || die "veth of q"
echo 1 >/proc/sys/net/ipv6/conf/pq/disable_ipv6
ip link set pq up
if ip -n q link add br0 type bridge mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2 \
    mcast_startup_query_interval 100 mcast_query_interval 500 2>/dev/null; then
    vsctl add-port b0 pq
    ip -n q link set eth0 master br0
    ip -n q link set eth0 up
    ip -n q addr add 10.0.0.9/24 dev br0
    ip -n q link set br0 up
    want "IGMP query" 'igmp.type 0x11'
    want "MLD query" 'icmpv6.type 130'
else
    echo "note: no bridge in this kernel, so no queries of IGMP and MLD"
fi

# -- hosts -----------------------------------------------------------------------------------------

cat >"$WORK/hosts.py" <<'PYTHON'
"""Sockets of a host: `serve`, or `talk` to 10.0.0.2 and fd00::2."""
import signal
import socket
import struct
import sys

PEERS = ((socket.AF_INET, "10.0.0.2"), (socket.AF_INET6, "fd00::2"))


def serve():
    opened = []
    for family, address in PEERS:
        stream = socket.create_server((address, 7000), family=family)
        datagram = socket.socket(family, socket.SOCK_DGRAM)
        datagram.bind((address, 7000))
        opened.append((stream, datagram))
    print("ready", flush=True)
    for stream, datagram in opened:
        data, peer = datagram.recvfrom(2000)
        datagram.sendto(data[::-1], peer)
        with stream.accept()[0] as connection:
            while data := connection.recv(4096):
                connection.sendall(data)


def talk():
    for family, address in PEERS:
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            datagram.settimeout(5)
            datagram.sendto(b"a datagram", (address, 7000))
            datagram.recvfrom(2000)
        with socket.create_connection((address, 7000), 5) as connection:
            connection.sendall(b"x" * 3000)
            connection.send(b"!", socket.MSG_OOB)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        # Nobody listens there: an ICMP error, a reset.
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            datagram.connect((address, 7001))
            datagram.send(b"nobody")
            try:
                datagram.settimeout(5)
                datagram.recv(10)
            except ConnectionRefusedError:
                print("refused, as it should be")
        try:
            socket.create_connection((address, 7001), 5)
        except ConnectionRefusedError:
            print("refused, as it should be")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132) as sctp:
            sctp.settimeout(5)
            sctp.connect(("10.0.0.2", 7001))
    except OSError as err:
        print("SCTP:", err)


def join(version):
    index = socket.if_nametoindex("eth0")
    four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    any_group = socket.inet_aton("239.1.2." + version) + struct.pack("!I", 0) + struct.pack("=i", index)
    four.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, any_group)
    six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                   socket.inet_pton(socket.AF_INET6, "ff05::" + version) + struct.pack("=i", index))
    if version == "3":
        one_source = b"".join(map(socket.inet_aton, ("239.1.2.9", "10.0.0.1", "10.0.0.2")))
        four.setsockopt(socket.IPPROTO_IP, 39, one_source)  # IP_ADD_SOURCE_MEMBERSHIP
    signal.pause()


{"serve": serve, "talk": talk, "join": lambda: join(sys.argv[2])}[sys.argv[1]]()
PYTHON

heading "hosts"
start "$WORK/serve.log" ip netns exec h2 python3 "$WORK/hosts.py" serve
check "the server is there" wait_for 10 grep -q ready "$WORK/serve.log"
check "ping" wait_for 10 on h1 ping -n -q -c 1 -W 1 10.0.0.2
check "ping, IPv6" wait_for 10 on h1 ping -n -q -c 1 -W 1 fd00::2
if on h1 python3 "$WORK/hosts.py" talk >"$WORK/talk.log" 2>&1; then
    pass "TCP and UDP"
else
    fail "TCP and UDP" "" "$WORK/talk.log"
fi
equal "nobody listens: four refusals" 4 "$(grep -c '^refused' "$WORK/talk.log")"
sed -n 's/^SCTP: .*not supported/note: no SCTP in this kernel, so none here/p' "$WORK/talk.log"
check "ping with record route" on h1 ping -n -q -c 1 -W 2 -R 10.0.0.2
check "ping with time stamps" on h1 ping -n -q -c 1 -W 2 -T tsandaddr 10.0.0.2
check "ping with time stamps alone" on h1 ping -n -q -c 1 -W 2 -T tsonly 10.0.0.2
check "ping in fragments" on h1 ping -n -q -c 1 -W 2 -s 3000 10.0.0.2
check "ping in fragments, IPv6" on h1 ping -n -q -c 1 -W 2 -s 3000 fd00::2
# To a network that the router does not know; and with too few hops.
for address in 10.7.0.1 fd07::1; do quietly on h1 ping -n -q -c 1 -W 2 $address; done
for address in 10.8.0.1 fd08::1; do quietly on h1 ping -n -q -c 1 -W 2 -t 1 $address; done

# The older versions of joining and leaving a group, then the newer.
for version in 1 2 3; do
    on h1 sh -c "echo $version >/proc/sys/net/ipv4/conf/eth0/force_igmp_version
        echo $((version > 2 ? 2 : 1)) >/proc/sys/net/ipv6/conf/eth0/force_mld_version"
    start "$WORK/join.log" ip netns exec h1 python3 "$WORK/hosts.py" join $version
    report=$((version * 4 + 14))
    [ $version -lt 3 ] || report=34
    check "a host joins, IGMP version $version" wait_for 10 kind_seen "igmp.type $(printf '0x%02x' $report)"
    stop "$LAST_PID"
done
want "leaving a group" 'igmp.type 0x17'
want "MLD, version 1" 'icmpv6.type 131'
want "MLD, done" 'icmpv6.type 132'
want "MLD, version 2" 'icmpv6.type 143'
want "ICMP, too few hops" 'icmp.type 11'
want "ICMP, unreachable" 'icmp.type 3'
want "ICMPv6, too few hops" 'icmpv6.type 3'
want "ICMPv6, unreachable" 'icmpv6.type 1'
want "neighbour solicitation" 'icmpv6.type 135'
want "neighbour advertisement" 'icmpv6.type 136'
want "IPv4 in fragments" 'fragment 4'
want "IPv6 in fragments" 'fragment 6'
want "urgent data" 'tcp.urgent'

# One way: with these bits of TOS the bridge puts something in front of the packet.
ovs-ofctl -O OpenFlow13 add-flows a0 - <<'FLOWS' || die "add-flows"
priority=9,in_port=p1,ip,nw_tos=32,actions=push_vlan:0x8100,set_field:4196->vlan_vid,set_field:5->vlan_pcp,output:l0a
priority=9,in_port=p1,ip,nw_tos=64,actions=push_vlan:0x8100,set_field:4196->vlan_vid,push_vlan:0x88a8,set_field:4296->vlan_vid,set_field:3->vlan_pcp,output:l0a
priority=9,in_port=p1,ip,nw_tos=96,actions=push_mpls:0x8847,set_field:1000->mpls_label,set_field:6->mpls_tc,output:l0a
priority=9,in_port=p1,ip,nw_tos=128,actions=push_mpls:0x8847,set_field:16->mpls_label,push_mpls:0x8847,set_field:1048575->mpls_label,output:l0a
FLOWS
vsctl set open_vswitch . other_config:vlan-limit=2
for tos in 32 64 96 128; do quietly on h1 ping -n -q -c 1 -W 1 -Q $tos 10.0.0.2; done
want VLAN 'protocols .*:vlan:ethertype:ip:icmp.*'
want QinQ 'protocols .*:ieee8021ad:ethertype:vlan:.*'
want MPLS 'protocols .*:mpls:ip:icmp.*'
want "two labels" 'labels 2'

heading "what has to come"
if wait_for 45 all_seen; then
    pass "all ${#WANTED[@]} kinds of packets are there"
else
    fail "all kinds of packets are there" "missing: $(printf '%s; ' "${LEFT[@]}")" "$WORK/seen"
fi
stop "$DUMPCAP" INT

heading "the packets"
# It prints its own ok and FAIL lines; this shell counts them as one.
editcap -F pcap "$CAPTURE" "$WORK/traffic.pcap" 2>"$WORK/err" || fail "editcap" "" "$WORK/err"
if python3 "$REAL/traffic_fields.py" "$RYU" "$WORK/traffic.pcap" "$WORK/packets.jsonl"; then
    pass "ryu packet decode and build, tshark without complaint"
else
    fail "ryu packet decode and build, tshark without complaint"
fi
check "all checksums are right" "$RYU" packet decode --verify "$WORK/traffic.pcap"
RYU_TRAFFIC=$WORK/packets.jsonl cargo test --locked --offline --test packet_vectors \
    traffic_has_the_values_of_tshark -- --ignored --nocapture >"$WORK/test.log" 2>&1
STATUS=$?
sed -n 's/^\([a-z0-9_]*: [0-9]* values of [0-9]* packets\)$/     \1/p' "$WORK/test.log"
if [ "$STATUS" = 0 ] && grep -q '1 passed' "$WORK/test.log"; then
    pass "ryu packet decode and tshark have the same values"
else
    fail "ryu packet decode and tshark have the same values" "" "$WORK/test.log"
fi
