#!/usr/bin/env bash
# The example crate, a user's own app in a crate of the user's own: a switch (scripted) that
# connects gets its table-miss entry, a frame sent up is flooded, the app's route answers.
#
#   tests/real/example.sh        (EXAMPLE_BIN: the program, default beside ryu)

. "$(dirname "$0")/lib.sh"
own_world_if_possible "$@"
begin
need curl python3
EXAMPLE_BIN=${EXAMPLE_BIN:-$RYU_BIN_DIR/l2_switch}
[ -x "$EXAMPLE_BIN" ] || die "no $EXAMPLE_BIN (cargo build --release --workspace)"

dependencies=$(sed -n '/^\[dependencies\]/,/^\[/p' "$ROOT/examples/l2_switch/Cargo.toml" |
    sed -n 's/^\([a-z0-9_-]*\) *=.*/\1/p' | paste -sd' ')
equal "it depends on ryu-sdn alone" ryu-sdn "$dependencies"

free_port
OFP=$PORT
free_port
HTTP=$PORT
LOG=$WORK/log
start "$LOG" "$EXAMPLE_BIN" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$OFP" \
    --wsapi-port "$HTTP" l2_switch
CONTROLLER=$LAST_PID
if ! wait_for 10 port_open 127.0.0.1 "$OFP"; then
    fail "listens" "nothing on $OFP" "$LOG"
    exit 1
fi
has "says what it loads" 'loading app .*l2_switch' "$LOG"
mkfifo "$WORK/keep"
python3 "$REAL/ofpeer.py" "$OFP" 1 <"$WORK/keep" >"$WORK/peer" 2>&1 &
STARTED+=($!)
exec 9>"$WORK/keep"
check "a switch connects" wait_for 10 grep -q connected "$WORK/peer"
check "it gets a table-miss entry" wait_for 5 grep -q flow_mod "$WORK/peer"
echo packet >&9
check "a broadcast frame is flooded" wait_for 5 grep -q packet_out "$WORK/peer"
code=$(curl -s -m 5 -o "$WORK/table" -w '%{http_code}' \
    "http://127.0.0.1:$HTTP/l2/0000000000000001")
equal "the app's route answers" 200 "$code"
has "with what it has learned" '02:00:00:00:00:01' "$WORK/table"
stop "$CONTROLLER"
equal "SIGTERM: exit status" 0 "$STATUS"
lacks "no panic in the log" 'panick' "$LOG"
exec 9>&-
