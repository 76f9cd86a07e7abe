#!/usr/bin/env bash
# Whole sessions with a real Open vSwitch in every version: tests/sessions_ovs.rs dials a bridge that
# listens, shakes hands, asks what can be asked, and sends a storm of flow-mods of which one is bad.
# Then two bridges with the same datapath id.
#
#   tests/real/sessions_ovs.sh    (root; brings its own Open vSwitch and folder; needs cargo)

. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1
if [ "${RYU_WORLD:-}" != 1 ]; then
    # Outside, where cargo may fetch what is not there yet.
    command -v cargo >/dev/null || skip "not installed: cargo"
    cargo test --locked --no-run --test sessions_ovs || die "the test does not build"
fi
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ip
. "$REAL/ovs_lib.sh"

ovs_start_db
ovs_choose_datapath
ovs_start_switch
vsctl add-br br -- set bridge br "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
    other-config:disable-in-band=true \
    protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15 || die "add-br"
vsctl set-controller br ptcp:16653:127.0.0.1 || die "set-controller"
listens() { ss -ltn 2>/dev/null | grep -q ':16653 ' || (exec 3<>/dev/tcp/127.0.0.1/16653) 2>/dev/null; }
wait_for 10 listens || die "the bridge does not listen"

# Two more that say that they are one switch.
for n in 1 2; do
    vsctl add-br "twin$n" -- set bridge "twin$n" "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
        other-config:disable-in-band=true other-config:datapath-id=00000000000000ff \
        protocols=OpenFlow13 || die "add-br twin$n"
    vsctl set-controller "twin$n" "ptcp:1666$n:127.0.0.1" || die "set-controller twin$n"
    twin_listens() { (exec 3<>"/dev/tcp/127.0.0.1/1666$n") 2>/dev/null; }
    wait_for 10 twin_listens || die "twin$n does not listen"
done

export RYU_SDN_OVS_TCP=127.0.0.1:16653 RYU_SDN_OVS_TWINS=127.0.0.1:16661,127.0.0.1:16662
cargo test --locked --offline --test sessions_ovs -- --show-output >"$WORK/test.log" 2>&1
status=$?
grep -E '^[0-9.]+: [0-9]+ |^(probe|newest): |^skipped' "$WORK/test.log"
for version in 1.0 1.1 1.2 1.3 1.4 1.5; do
    has "a whole session in $version" "^$version: 9999 entries" "$WORK/test.log"
done
has "of two bridges with one datapath id the first stays" '^probe: ' "$WORK/test.log"
has "with --duplicate-dpid newest the second has its place" '^newest: ' "$WORK/test.log"
lacks "the tests found their bridge" '^skipped' "$WORK/test.log"
equal "cargo test: exit status" 0 "$status"
