#!/usr/bin/env bash
# Ryu 4.34 as the judge of the wire library: generated messages of every noun and version, read by
# Ryu from our bytes and written by Ryu from our JSON, are the same; and the list of its classes in
# tests/vectors/ryu_classes.txt is what Ryu has.
#
#   tests/real/ryu.sh
#
#   RYU_ORACLE_PYTHON   a python that has Ryu; else one is made under the target folder and kept
#   RYU_ORACLE_SEED     other messages

. "$(dirname "$0")/lib.sh"
. "$REAL/ryu_lib.sh"
begin
need cargo

HOME_OF_RYU=${CARGO_TARGET_DIR:-$ROOT/target}/ryu-oracle

imports() { "$1" -c 'import ryu.ofproto.ofproto_v1_5_parser' >/dev/null 2>&1; }

PYTHON=${RYU_ORACLE_PYTHON:-$HOME_OF_RYU/bin/python}
if ! imports "$PYTHON"; then
    [ -z "${RYU_ORACLE_PYTHON:-}" ] || die "$PYTHON has no Ryu"
    make_ryu "$HOME_OF_RYU" "${RYU_CODEC[@]}" >"$WORK/making" 2>&1 ||
        skip "no $RYU_RELEASE: $(tail -n 1 "$WORK/making")"
    imports "$PYTHON" || skip "$RYU_RELEASE does not work with $("$PYTHON" --version)"
fi
echo "     $("$PYTHON" --version), $RYU_RELEASE in $("$PYTHON" -c 'import ryu; print(ryu.__path__[0])')"

if RYU_ORACLE_OUT=$WORK/messages cargo test --locked --manifest-path "$ROOT/Cargo.toml" \
    --test ryu_differential messages_for_ryu -- --nocapture >"$WORK/cargo" 2>&1; then
    grep '^seed\|^OpenFlow' "$WORK/cargo" | sed 's/^/     /'
    pass "messages are generated, and come back from bytes and from JSON"
else
    fail "messages are generated, and come back from bytes and from JSON" "" "$WORK/cargo"
    exit 1
fi
# It prints its own ok and FAIL lines; this shell counts them as one.
if "$PYTHON" "$REAL/ryu_oracle.py" "$WORK/messages" 2>"$WORK/err"; then
    pass "Ryu agrees"
else
    fail "Ryu agrees" "" "$WORK/err"
fi
check "the list of Ryu's classes is Ryu's" \
    "$PYTHON" "$REAL/ryu_classes.py" --check "$ROOT/tests/vectors/ryu_classes.txt"
check "the list of the classes of Ryu's packet library is Ryu's" \
    "$PYTHON" "$REAL/ryu_packet_classes.py" --check "$ROOT/tests/vectors/ryu_packet_classes.txt"

# What its ofctl modules make of dictionaries, and of the messages from above as replies.
if "$PYTHON" "$REAL/ofctl_oracle.py" "$WORK/messages" "$WORK/ofctl" >"$WORK/said" 2>"$WORK/err" &&
    RYU_OFCTL_CASES=$WORK/ofctl cargo test --locked --manifest-path "$ROOT/Cargo.toml" \
        --test ofctl cases_that_ryu_was_asked_about -- --nocapture >"$WORK/err" 2>&1; then
    pass "dictionaries and answers of ofctl are Ryu's: $(tail -n 1 "$WORK/said")"
else
    fail "dictionaries and answers of ofctl are Ryu's" "" "$WORK/err"
fi

if "$PYTHON" -c 'import ryu.cmd.manager' >/dev/null 2>&1; then
    check "the list of ryu-manager's options is Ryu's" \
        "$PYTHON" "$REAL/ryu_options.py" --check "$ROOT/tests/vectors/ryu_options.txt"
else
    echo "note: ryu.cmd.manager cannot be imported; the list of its options was not compared"
fi
