#!/usr/bin/env bash
# The bundled learning switches on real Open vSwitch: two bridges in user space, joined by a
# patch link, two hosts behind each; all ping each other; the switch dies and comes back; the
# controller goes and comes back; statistics and the REST table say what happened.
#
#   tests/real/ovs.sh            (root; brings its own Open vSwitch, namespaces and folder)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ip ping curl
need_ryu
. "$REAL/ovs_lib.sh"

HOSTS=(h1 h2 h3 h4)
BRIDGES=(s1 s2)
LOG=

address() { printf '10.0.0.%s' "${1#h}"; }
mac() { printf '02:00:00:00:00:0%s' "${1#h}"; }

host() {        # host NAME BRIDGE: a namespace, a veth into the bridge
    local name=$1 bridge=$2 port=$2-$1
    ip netns add "$name" || die "ip netns add $name"
    # Router solicitations would only make the flow tables differ from run to run.
    ip netns exec "$name" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
    ip link add "$port" type veth peer name eth0 netns "$name" || die "veth for $name"
    ip -n "$name" link set eth0 address "$(mac "$name")"
    ip -n "$name" addr add "$(address "$name")/24" dev eth0
    ip -n "$name" link set lo up
    ip -n "$name" link set eth0 up
    ip link set "$port" up
    # A packet socket sees frames whose checksum the (absent) hardware has yet to fill in.
    # ICMP is not concerned; TCP and UDP between hosts would be.
    if command -v ethtool >/dev/null; then
        ip netns exec "$name" ethtool -K eth0 tx off >/dev/null 2>&1
    fi
    vsctl add-port "$bridge" "$port" || die "add-port $port"
}

network() {
    local bridge n=0
    for bridge in "${BRIDGES[@]}"; do
        n=$((n + 1))
        vsctl add-br "$bridge" -- set bridge "$bridge" "datapath_type=$DATAPATH_TYPE" \
            fail_mode=secure "other-config:datapath-id=000000000000000$n" \
            other-config:disable-in-band=true || die "add-br $bridge"
    done
    vsctl add-port s1 s1-s2 -- set interface s1-s2 type=patch options:peer=s2-s1 \
        -- add-port s2 s2-s1 -- set interface s2-s1 type=patch options:peer=s1-s2 || die "patch link"
    host h1 s1
    host h2 s1
    host h3 s2
    host h4 s2
}

speak() {       # speak PROTOCOL: both bridges forget their flows and speak PROTOCOL
    local bridge
    for bridge in "${BRIDGES[@]}"; do
        vsctl del-controller "$bridge" -- set bridge "$bridge" "protocols=$1" || die "protocols=$1"
        ovs-ofctl -O "$1" del-flows "$bridge" || die "del-flows $bridge"
        vsctl set-controller "$bridge" tcp:127.0.0.1:6653 \
            -- set controller "$bridge" max_backoff=1000 inactivity_probe=5000 || die "set-controller"
    done
}

ping_once() {   # ping_once FROM TO
    ip netns exec "$1" ping -n -q -c 1 -W 2 "$(address "$2")" >/dev/null 2>&1
}

lost_pings() {  # every ordered pair; prints those that fail
    local from to lost=
    for from in "${HOSTS[@]}"; do
        for to in "${HOSTS[@]}"; do
            [ "$from" = "$to" ] || ping_once "$from" "$to" || lost="$lost $from>$to"
        done
    done
    printf '%s' "$lost"
}

pingall() {     # pingall NAME
    local lost host
    for host in "${HOSTS[@]}"; do ip -n "$host" neigh flush dev eth0; done
    # Open vSwitch says "connected" before the controller has seen the features reply. From
    # the first ping through both switches on, none may be lost.
    wait_for 15 ping_once h1 h3 || fail "$1: first ping" "h1 does not reach h3 in 15 s" "$LOG"
    lost=$(lost_pings)
    if [ -z "$lost" ]; then
        pass "$1: 12 of 12 pings"
    else
        fail "$1" "lost:$lost" "$LOG"
    fi
}

silent() {      # silent NAME: no host may reach another, there being nobody to install flows
    if ping_once h1 h2; then fail "$1" "h1 reaches h2 without flows"; else pass "$1"; fi
}

controller() {  # controller APP [OPTION...]: as a user would start it, on 6653
    LOG=$WORK/${1##*.}.log
    start "$LOG" "$RYU_MANAGER" "$@"
    CONTROLLER=$LAST_PID
    wait_for 15 port_open 127.0.0.1 6653 || {
        fail "$1 listens on 6653" "nothing there after 15 s" "$LOG"
        exit 1
    }
}

both_connect() {
    if wait_for 15 connected "${BRIDGES[@]}"; then
        pass "$1"
    else
        fail "$1" "is_connected is not true after 15 s" "$LOG"
    fi
}

end_controller() {
    stop "$CONTROLLER"
    equal "$1 ends with status 0 on SIGTERM" 0 "$STATUS"
    lacks "$1 logged no panic and no traceback" 'panick|traceback' "$LOG"
}

flows() {       # flows PROTOCOL BRIDGE REGEX: how many entries match
    ovs-ofctl -O "$1" --no-stats dump-flows "$2" | grep -Ec -- "$3"
}

at_least() {    # at_least NAME WANTED GOT
    if [ "$3" -ge "$2" ]; then pass "$1 ($3)"; else fail "$1" "wanted at least $2, got $3"; fi
}

exercise() {    # exercise APP PROTOCOL
    local app=$1 protocol=$2 bridge
    heading "$app on $protocol"
    controller "$app"
    speak "$protocol"
    both_connect "both switches connect"
    pingall "hosts reach each other"
    for bridge in "${BRIDGES[@]}"; do
        at_least "$bridge: learned flows" 4 \
            "$(flows "$protocol" "$bridge" 'in_port=.*dl_src=02:00.*dl_dst=02:00.*actions=output:')"
        if [ "$protocol" = OpenFlow13 ]; then
            equal "$bridge: one table-miss entry" 1 \
                "$(flows "$protocol" "$bridge" '^ *priority=0 actions=CONTROLLER')"
        fi
    done

    stop "$VSWITCHD_PID" KILL
    sleep 0.5
    ovs_start_switch
    both_connect "both connect again after ovs-vswitchd was killed"
    # The new process starts with empty tables: what pings now was learned anew.
    pingall "hosts reach each other after the switch's restart"

    end_controller "$app"
    wait_for 15 disconnected s1 || fail "the switch notices that the controller has gone"
    for bridge in "${BRIDGES[@]}"; do ovs-ofctl -O "$protocol" del-flows "$bridge"; done
    silent "no flows, no controller: no ping"
    controller "$app"
    both_connect "both connect to the restarted controller"
    # What came while there was no controller has left entries that drop it in the cache of the
    # datapath, where they live on as long as frames hit them: a controller that installs nothing
    # when it connects (1.0; Ryu's simple_switch is the same) has no way to end them.
    ovs-appctl revalidator/purge || fail "the cache of the datapath is emptied"
    pingall "hosts reach each other after the controller's restart"
    end_controller "$app (second life)"
}

ovs_start_db
ovs_choose_datapath
ovs_start_switch
network

exercise ryu.app.simple_switch OpenFlow10
exercise ryu.app.simple_switch_13 OpenFlow13

heading "simple_monitor_13"
controller ryu.app.simple_monitor_13
speak OpenFlow13
both_connect "both switches connect"
pingall "hosts reach each other"
# Its period is ten seconds; the tables are Ryu's.
if wait_for 25 grep -Eq '^ *(0x)?0*2 +[0-9a-f]+ +02:00:00' "$LOG"; then
    pass "a row of flow statistics"
else
    fail "a row of flow statistics" "none in 25 s" "$LOG"
fi
has "heading of the flow table" 'datapath +in-port +eth-dst +out-port +packets +bytes' "$LOG"
has "heading of the port table" 'datapath +port +rx-pkts +rx-bytes +rx-error +tx-pkts' "$LOG"
end_controller simple_monitor_13

heading "simple_switch_rest_13"
controller ryu.app.simple_switch_rest_13
speak OpenFlow13
both_connect "both switches connect"
pingall "hosts reach each other"
URL=http://127.0.0.1:8080/simpleswitch/mactable
for n in 1 2; do
    code=$(curl -s -m 5 -o "$WORK/table" -w '%{http_code}' "$URL/000000000000000$n")
    equal "GET mactable of dpid $n" 200 "$code"
    for name in "${HOSTS[@]}"; do
        has "dpid $n has learned $name" "\"$(mac "$name")\": ?[0-9]+" "$WORK/table"
    done
done
code=$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$URL/00000000000000ff")
equal "GET mactable of an unknown dpid" 404 "$code"
end_controller simple_switch_rest_13
