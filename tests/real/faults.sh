#!/usr/bin/env bash
# What goes wrong between a controller and its switches, on a real Open vSwitch in a namespace of its
# own and on scripted peers: cables, silence, processes that hang or are killed, switches that come
# back a thousand times, do not read, or claim to be each other. Afterwards nothing is left of it: no
# descriptor, no memory, no session beside another of the same switch. What was counted is compared
# with what tshark counts.
#
#   tests/real/faults.sh     (root; brings its own Open vSwitch and namespaces)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ip tc ping curl python3 \
    tshark dumpcap
need_ryu
. "$REAL/ovs_lib.sh"

ECHO_INTERVAL=1         # seconds between two echo requests
ECHO_LIMIT=3            # so many may be unanswered
# The next one is due then; one more interval for where in it the silence began, one for a busy machine.
NOTICED=$((ECHO_INTERVAL * (ECHO_LIMIT + 3)))
# What may stay of a thousand connections (kB): a few pages of the allocator's. 800 that each left a
# session behind would be several megabytes, 800 that each left a kilobyte as much as this.
GROWTH=800
# What a switch that does not read may cost while it lasts (kB): its outbox of 8 MiB, which may be
# twice that while it grows, and the tables of the app.
FLOOD_GROWTH=49152
SWITCHES=1000

LOG=$WORK/controller.log
CONF=$WORK/ryu.toml
CONTROLLER=
DPID=0000000000ab5417
configure() {   # configure LINE...: beside what all parts have
    printf '%s\n' "socket_timeout = 3" "maximum_unreplied_echo_requests = $ECHO_LIMIT" "$@" >"$CONF"
}

# Each switch is a descriptor here and one there.
if [ "$(ulimit -n)" -lt $((SWITCHES + 200)) ] && ! ulimit -n $((SWITCHES + 200)); then
    SWITCHES=$(($(ulimit -n) - 200))
    echo "note: $(ulimit -n) descriptors at most; $SWITCHES switches at once"
fi

# -- the wire: controller --c0==w0-- bridge --w1==s0-- switch ----------------------------------

ip netns add wire && ip netns add sw || die "ip netns add"
ip link add c0 type veth peer name w0 netns wire || die "veth"
ip -n sw link add s0 type veth peer name w1 netns wire || die "veth"
ip -n wire link add mid type bridge || skip "this kernel has no bridges"
for port in w0 w1; do ip -n wire link set $port master mid up || die "master mid"; done
ip -n wire link set mid up
ip addr add 10.9.0.1/24 dev c0 && ip link set c0 up || die "c0"
ip -n sw addr add 10.9.0.2/24 dev s0 && ip -n sw link set s0 up || die "s0"
ip -n sw link set lo up
VSWITCHD_IN=(ip netns exec sw)
wire_works() { ip netns exec sw ping -c 1 -W 1 10.9.0.1; }
wait_for 10 wire_works || die "nothing passes between the two namespaces"

NETEM=no
if tc qdisc add dev c0 root netem loss 0% 2>/dev/null && tc qdisc del dev c0 root; then
    NETEM=yes
else
    echo "note: this kernel has no netem; the bridge between the two passes nothing on instead"
fi

# Both ends stay up, and nothing arrives any more, in neither direction.
silence_on() {
    if [ $NETEM = yes ]; then
        tc qdisc add dev c0 root netem loss 100% &&
            ip netns exec sw tc qdisc add dev s0 root netem loss 100%
    else
        ip -n wire link set w1 nomaster
    fi || die "the wire cannot be cut"
}

silence_off() {
    if [ $NETEM = yes ]; then
        tc qdisc del dev c0 root && ip netns exec sw tc qdisc del dev s0 root
    else
        ip -n wire link set w1 master mid
    fi || die "the wire cannot be mended"
}

# -- the controller ----------------------------------------------------------------------------

controller() {  # controller OPTION...
    start "$LOG" "$RYU_MANAGER" --config-file "$CONF" --verbose "$@" simple_switch_rest_13 sessions
    CONTROLLER=$LAST_PID
    # Both ports are open then, and nobody is told hello who is no switch.
    wait_for 15 port_open 127.0.0.1 8080 ||
        fail "the controller listens" "nothing there after 15 s" "$LOG"
}

metric() { curl -sf --max-time 5 http://127.0.0.1:8080/metrics | grep -F "$1 " | cut -d' ' -f2; }
mains() { # how many sessions are in the main phase
    local text count
    text=$(curl -sf --max-time 5 http://127.0.0.1:8080/metrics) || return 1
    count=$(grep -F 'ryu_sessions{state="main"} ' <<<"$text")
    count=${count##* }
    echo "${count:-0}"
}
mains_are() { [ "$(mains)" = "$1" ]; }
sessions_are() { # sessions_are N: in all phases together
    local sum
    sum=$(curl -sf --max-time 5 http://127.0.0.1:8080/metrics) || return 1
    [ "$(grep '^ryu_sessions{' <<<"$sum" | awk '{ sum += $2 } END { print sum + 0 }')" = "$1" ]
}
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$CONTROLLER/status"; }
descriptors() { find "/proc/$CONTROLLER/fd" -mindepth 1 -maxdepth 1 | wc -l; }
descriptors_are() { [ "$(descriptors)" = "$1" ]; }
lines() { wc -l <"$LOG"; }
said_since() { tail -n "+$(($1 + 1))" "$LOG" | grep -Eq -- "$2"; }

within() {      # within NAME SECONDS COMMAND...: like check, waiting; says how long it took
    local name=$1 limit=$2 before
    shift 2
    before=$(date +%s%N)
    if wait_for "$limit" "$@"; then
        pass "$name ($((($(date +%s%N) - before) / 1000000)) ms)"
    else
        fail "$name" "\`$*\` is not true after $limit s" "$LOG"
        return 1
    fi
}

at_most() {     # at_most NAME BOUND GOT
    if [ "$3" -le "$2" ]; then pass "$1 ($3)"; else fail "$1" "wanted at most $2, got $3"; fi
}

flows_lost() { ovs-ofctl -O OpenFlow13 del-flows br0; }
table_miss() {  # the app has been at work on the bridge
    ovs-ofctl -O OpenFlow13 dump-flows br0 | grep -q 'priority=0 actions=CONTROLLER'
}
target() {      # target PORT
    vsctl set-controller br0 "tcp:10.9.0.1:$1" -- set controller br0 max_backoff=1000 \
        inactivity_probe=2000 || die "set-controller"
}

# The bridge has forgotten its flows meanwhile, so they show that the app knows of the new session.
comes_back() {  # comes_back NAME
    within "$1: a new session" 15 mains_are 1 && within "$1: it is programmed again" 5 table_miss
}

script() {      # script NAME WORD...: a part of faults.py, its words on the line of the check
    local name=$1 out=$WORK/script.out
    shift
    if python3 "$REAL/faults.py" "$@" >"$out" 2>&1; then
        pass "$name: $(paste -sd';' "$out")"
    else
        fail "$name" "" "$out"
    fi
}

ovs_start_db
ovs_choose_datapath
ovs_start_switch
vsctl add-br br0 -- set bridge br0 "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
    protocols=OpenFlow13 other-config:disable-in-band=true "other-config:datapath-id=$DPID" ||
    die "add-br"
# A host: the bridge's own port, where an echo request to nobody becomes a packet-in.
ip -n sw addr add 10.8.0.1/24 dev br0 2>/dev/null && ip -n sw link set br0 up
host_speaks() {
    ip netns exec sw ping -n -q -c 1 -W 1 10.8.0.9 >/dev/null 2>&1
    curl -sf "http://127.0.0.1:8080/simpleswitch/mactable/$DPID" | grep -q :
}

# ----------------------------------------------------------------------------------------------

heading "what is counted, and what tshark counts"
start "$WORK/dumpcap.log" dumpcap -q -n -i c0 -f "tcp port 6653" -w "$WORK/capture"
CAPTURE=$LAST_PID
wait_for 10 test -s "$WORK/capture" || fail "dumpcap starts" "no file" "$WORK/dumpcap.log"
configure "handshake_barrier = true"
controller --echo-request-interval 0.2
target 6653
within "Open vSwitch connects" 15 mains_are 1
within "a host behind it is seen" 10 host_speaks
for n in 1 2 3; do
    curl -sf -X PUT -d "{\"mac\": \"02:00:00:00:00:0$n\", \"port\": $((10 + n))}" \
        "http://127.0.0.1:8080/simpleswitch/mactable/$DPID" >/dev/null
done
check "three switches of ryu sim beside it" ip netns exec sw "$RYU" sim \
    --controller 10.9.0.1:6653 --topo linear,3 --ofp-version 1.3 --test pingall
vsctl del-controller br0
within "all have gone" 10 sessions_are 0
ended() { [ "$(tshark -r "$WORK/capture" -Y 'tcp.flags.fin == 1 && tcp.dstport == 6653' 2>/dev/null |
    grep -c .)" -ge 4 ]; }
wait_for 10 ended || fail "the capture has the end of all four" "" "$WORK/dumpcap.log"
curl -sf http://127.0.0.1:8080/metrics >"$WORK/metrics"
equal "nothing was left unsent" 0 "$(sed -n 's/^ryu_stage_messages_total{stage="unsent"} //p' "$WORK/metrics")"
stop "$CAPTURE" INT
tshark -r "$WORK/capture" -Y openflow_v4 -T fields -E occurrence=a -e tcp.srcport \
    -e openflow_v4.type >"$WORK/types" 2>/dev/null
if python3 "$REAL/faults.py" compare "$WORK/types" "$WORK/metrics" >"$WORK/compared" 2>&1; then
    pass "$(awk '{ sum += $4 } END { print sum }' "$WORK/compared") messages of $(grep -c . \
        "$WORK/compared") kinds, the same as tshark's"
else
    fail "the same as tshark's" "" "$WORK/compared"
fi
stop "$CONTROLLER"

heading "a cable, and silence"
configure
controller --echo-request-interval $ECHO_INTERVAL
flows_lost
target 6653
comes_back "at first"

cut_off() {     # cut_off NAME CUT MEND [keep]: meanwhile the bridge forgets its flows, or keeps them
    local mark
    mark=$(lines)
    "$2"
    within "$1: noticed by echo requests" $NOTICED mains_are 0
    check "$1: for that reason" wait_for 2 said_since "$mark" "dpid=$DPID.*no sign of life after $ECHO_LIMIT echo"
    [ "${4:-}" = keep ] || flows_lost
    "$3"
    comes_back "$1"
}

link_down() { ip -n sw link set s0 down; }
link_up() { ip -n sw link set s0 up; }
cut_off "ip link set down" link_down link_up
cut_off "nothing arrives, both ways" silence_on silence_off

heading "a switch that hangs"
hang() { kill -s STOP "$VSWITCHD_PID"; }
go_on() { kill -s CONT "$VSWITCHD_PID"; }
# (A process that is stopped forgets nothing.)
cut_off "SIGSTOP of ovs-vswitchd" hang go_on keep

within "a host behind it is seen" 10 host_speaks
mark=$(lines)
hang
script "an app sends to it" flood 8080 $DPID "$CONTROLLER" $FLOOD_GROWTH
within "it is closed for not reading" 8 mains_are 0
check "for that reason" wait_for 2 said_since "$mark" "dpid=$DPID.*peer has not read anything for 3"
go_on
comes_back "it goes on"
flows_lost

heading "kill -9"
killed() { stop "$VSWITCHD_PID" KILL; }
killed
within "ovs-vswitchd: noticed" 5 mains_are 0
ovs_start_switch
ip -n sw link set br0 up
comes_back "ovs-vswitchd"

stop "$CONTROLLER" KILL
disconnected_now() { disconnected br0; }
check "the controller: noticed by the switch" wait_for 10 disconnected_now
flows_lost
# No echo request is due from here on.
controller --echo-request-interval 60
comes_back "the controller"

mark=$(lines)
silence_on
killed
ovs_start_switch
equal "killed while it was cut off: nobody has noticed" 1 "$(mains)"
flows_lost
silence_off
comes_back_by_itself() { said_since "$mark" "dpid=$DPID.* connected, OpenFlow"; }
within "it takes its place again" 15 comes_back_by_itself
check "its first session has ended" said_since "$mark" \
    "dpid=$DPID.*(given up for a newer connection|connection lost|closed by the peer)"
comes_back "killed while it was cut off"
stop "$CONTROLLER"
equal "the controller ends with status 0 on SIGTERM" 0 "$STATUS"

heading "a thousand times"
controller --echo-request-interval $ECHO_INTERVAL
within "Open vSwitch connects" 15 mains_are 1
python3 "$REAL/faults.py" reconnect 6653 0 40 >/dev/null || fail "connections" "the first 40"
within "all have gone but one" 10 sessions_are 1
open=$(descriptors)
script "200 connections" reconnect 6653 0 200
within "all have gone but one" 10 sessions_are 1
after_200=$(resident)
script "800 more" reconnect 6653 200 800
within "all have gone but one" 10 sessions_are 1
after_1000=$(resident)
echo "     resident after 200: $after_200 kB, after 1,000: $after_1000 kB"
at_most "what 800 connections have left in memory (kB)" $GROWTH $((after_1000 - after_200))
within "and no descriptor: $open, as before" 10 descriptors_are "$open"

anew() {        # a connection that was not there before
    [ "$(metric ryu_connections_total)" -gt "$1" ] && mains_are 1
}
times=0
for n in {1..40}; do
    count=$(metric ryu_connections_total)
    target $((n % 2 ? 6633 : 6653))
    wait_for 10 anew "$count" && times=$((times + 1))
done
equal "Open vSwitch, between two ports" 40 $times
within "it is there, and programmed" 5 table_miss
within "no descriptor is left of that" 10 descriptors_are "$open"

heading "a switch that never reads"
script "others beside it" deaf 6653 8080 "$CONTROLLER" $FLOOD_GROWTH
within "all have gone but one" 10 sessions_are 1
within "no descriptor is left of it" 10 descriptors_are "$open"

heading "two switches with one datapath id, while REST is asked"
script "each comes and goes" twins 6653 8080 60
has "one that was silent has lost its place" \
    'dpid=0000000000002222 .*given up for a newer connection' "$LOG"
within "no descriptor is left of them" 10 descriptors_are "$open"

heading "$SWITCHES switches at once"
for round in 1 2; do
    start "$WORK/sim.$round.log" "$RYU" sim --controller 127.0.0.1:6653 --wait 60 \
        --topo "linear,$SWITCHES" --ofp-version 1.3
    SIM=$LAST_PID
    within "all are in the main phase" 60 mains_are $((SWITCHES + 1))
    within "ryu sim says so, too" 10 grep -q "Connected: $SWITCHES switches" "$WORK/sim.$round.log"
    echo "     resident $(resident) kB, $(descriptors) descriptors"
    stop "$SIM" KILL
    within "dropped all at once" 20 mains_are 1
    within "no descriptor is left of them" 10 descriptors_are "$open"
    resident >"$WORK/resident.$round"
done
at_most "what the second time has left in memory (kB)" 2048 \
    $(($(cat "$WORK/resident.2") - $(cat "$WORK/resident.1")))
check "Open vSwitch was there all the time" connected br0

heading "the end"
stop "$CONTROLLER"
equal "the controller ends with status 0 on SIGTERM" 0 "$STATUS"
lacks "it logged no panic" 'panick' "$LOG"
script "leave before enter" order "$LOG"
