#!/usr/bin/env bash
# `ryu doctor` beside a real Open vSwitch: none running, no bridge, versions that do not meet, a
# controller elsewhere, a port that is taken, and all well.
#
#   tests/real/doctor.sh        (root; brings its own Open vSwitch and namespaces)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-appctl ip python3
need_ryu
. "$REAL/ovs_lib.sh"
OUT=$WORK/out

doctor() {      # doctor NAME WANTED_STATUS ARGUMENT...
    local name=$1 wanted=$2
    shift 2
    timeout --kill-after=2 20 "$RYU" doctor "$@" >"$OUT" 2>&1 </dev/null
    equal "$name: exit status" "$wanted" $?
    lacks "$name: no panic" 'panick' "$OUT"
}

heading "without and with Open vSwitch"
doctor "not running" 0 simple_switch_13
has "not running: is told" '^warning +ovs +Open vSwitch is installed and does not run' "$OUT"
ovs_start_db
ovs_choose_datapath
ovs_start_switch
doctor "no bridge" 0 simple_switch_13
has "no bridge: is told" '^note +ovs +Open vSwitch runs and has no bridge' "$OUT"
vsctl add-br br0 -- set bridge br0 "datapath_type=$DATAPATH_TYPE" || die "add-br"
doctor "no controller" 0 simple_switch_13
has "no controller: what to do" 'ovs-vsctl set-controller br0 tcp:127\.0\.0\.1:6653' "$OUT"

heading "bridges and controllers"
vsctl set-controller br0 tcp:127.0.0.1:6653 -- set bridge br0 protocols=OpenFlow10 fail_mode=secure
doctor "versions that do not meet" 1 simple_switch_13
has "versions: are told" 'bridge br0 speaks OpenFlow10, the apps OpenFlow13: they do not meet' "$OUT"
has "fail mode: is told, with what it means" 'fail mode secure: without a controller it keeps its flows' "$OUT"
advice=$(sed -n 's/^ *-> \(ovs-vsctl set bridge br0 protocols=.*\)/\1/p' "$OUT")
check "the advice can be followed" bash -c "$advice"
doctor "after the advice" 0 simple_switch_13
has "after the advice: they meet" 'bridge br0 and the apps meet in OpenFlow13' "$OUT"
vsctl set-controller br0 tcp:127.0.0.1:7777
doctor "a controller elsewhere" 0 simple_switch_13
has "a controller elsewhere: is told" 'bridge br0 calls tcp:127\.0\.0\.1:7777, and we would be at' "$OUT"

heading "while a controller runs"
vsctl set-controller br0 tcp:127.0.0.1:6653 -- set bridge br0 protocols=OpenFlow10,OpenFlow13
LOG=$WORK/controller.log
start "$LOG" "$RYU_MANAGER" simple_switch_13
CONTROLLER=$LAST_PID
wait_for 15 connected br0 || fail "the bridge connects" "no" "$LOG"
doctor "its ports are taken" 1 --json simple_switch_13
check "its ports are taken: by whom, as JSON" python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
texts = [finding["text"] for finding in report["findings"]]
assert not report["ok"] and report["problems"] == 2, report
assert any("6653 by process %s (ryu-manager)" % sys.argv[2] in text for text in texts), texts
assert any("bridge br0 calls tcp:127.0.0.1:6653 and is connected" in text for text in texts), texts
' "$OUT" "$CONTROLLER"
stop "$CONTROLLER"
