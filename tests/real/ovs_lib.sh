# shellcheck shell=bash disable=SC2034
# Open vSwitch instances of a script's own (after lib.sh, inside own_world): database,
# sockets and logs in the working folder, so that a system-wide Open vSwitch, if there is
# one, is neither used nor touched. Datapath in user space: no kernel module needed.

export OVS_RUNDIR=$WORK/ovs/run OVS_DBDIR=$WORK/ovs/db OVS_LOGDIR=$WORK/ovs/log
DB=unix:$OVS_RUNDIR/db.sock
DATAPATH_TYPE=netdev
VSWITCHD_OPTIONS=()
VSWITCHD_IN=()  # what it runs inside, such as: ip netns exec NAME
OVSDB_PID=
VSWITCHD_PID=

ovs_start_db() {
    mkdir -p "$OVS_RUNDIR" "$OVS_DBDIR" "$OVS_LOGDIR"
    local schema=/usr/share/openvswitch/vswitch.ovsschema
    [ -f "$schema" ] || skip "no $schema: is openvswitch-switch installed?"
    ovsdb-tool create "$OVS_DBDIR/conf.db" "$schema" || die "ovsdb-tool create"
    start "$OVS_LOGDIR/ovsdb.out" ovsdb-server "$OVS_DBDIR/conf.db" \
        --remote="p$DB" --pidfile="$OVS_RUNDIR/ovsdb-server.pid" --log-file
    OVSDB_PID=$LAST_PID
    wait_for 10 test -S "$OVS_RUNDIR/db.sock" || die "ovsdb-server does not come up"
    ovs-vsctl --timeout=10 --no-wait init || die "ovs-vsctl init"
}

# A netdev bridge opens a tap for its own port. Where there is no /dev/net/tun and none can
# be made, the dummy datapath does the same switching with the bridge's own port faked.
ovs_choose_datapath() {
    if [ ! -c /dev/net/tun ]; then
        mkdir -p /dev/net && mknod /dev/net/tun c 10 200 2>/dev/null
    fi
    if ip tuntap add dev ryuprobe mode tap 2>/dev/null; then
        ip link del ryuprobe
    else
        echo "note: no usable /dev/net/tun; the dummy datapath stands in for netdev"
        DATAPATH_TYPE=dummy
        VSWITCHD_OPTIONS=(--enable-dummy)
    fi
}

ovs_start_switch() {
    start "$OVS_LOGDIR/vswitchd.out" ${VSWITCHD_IN[@]+"${VSWITCHD_IN[@]}"} ovs-vswitchd "$DB" \
        ${VSWITCHD_OPTIONS[@]+"${VSWITCHD_OPTIONS[@]}"} \
        --pidfile="$OVS_RUNDIR/ovs-vswitchd.pid" --log-file --no-chdir
    VSWITCHD_PID=$LAST_PID
    wait_for 20 ovs-appctl --timeout=2 -t ovs-vswitchd version || {
        fail "ovs-vswitchd comes up" "no answer in 20 s" "$OVS_LOGDIR/ovs-vswitchd.log"
        exit 1
    }
}

vsctl() { ovs-vsctl --timeout=15 "$@"; }

# connected BRIDGE...: every one of them is connected to its controller.
connected() {
    local bridge
    for bridge in "$@"; do
        [ "$(vsctl get controller "$bridge" is_connected 2>/dev/null)" = true ] || return 1
    done
}
disconnected() { ! connected "$@"; }
