#!/usr/bin/env bash
# The codec against a real Open vSwitch: what tests/ovs_live sends to a bridge of its own, in every
# version, is what the bridge has, and what ovs-ofctl says to the bridge is the same after decoding
# and encoding.
#
#   tests/real/ofproto_ovs.sh    (root; brings its own Open vSwitch and folder; needs cargo)

. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1
if [ "${RYU_WORLD:-}" != 1 ]; then
    # Outside, where cargo may fetch what is not there yet.
    command -v cargo >/dev/null || skip "not installed: cargo"
    cargo test --locked --no-run --test ovs_live || die "the test does not build"
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
wait_for 10 test -S "$OVS_RUNDIR/br.mgmt" || die "the bridge does not listen"

export RYU_SDN_OVS=unix:$OVS_RUNDIR/br.mgmt
cargo test --locked --offline --test ovs_live -- --show-output >"$WORK/test.log" 2>&1
status=$?
grep -E '^[0-9.]+: [0-9]+ |^skipped' "$WORK/test.log"
while read -r name result; do
    if [ "$result" = ok ]; then pass "$name"; else fail "$name" "$result" "$WORK/test.log"; fi
done < <(sed -n 's/^test \([^ ]*\) \.\.\. \(.*\)$/\1 \2/p' "$WORK/test.log")
lacks "the tests found their bridge" '^skipped' "$WORK/test.log"
equal "cargo test: exit status" 0 "$status"
