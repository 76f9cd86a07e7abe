#!/usr/bin/env bash
# `ryu new`: the crate that it makes, in every form, builds, and its tests pass; what it refuses. Made in a
# folder of its own; built without the network, from what the workspace's build has fetched.
#
#   tests/real/new.sh      (the program stays for mininet.sh, under the target folder)

. "$(dirname "$0")/lib.sh"
begin
need cargo python3
need_ryu
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}

make() {        # make NAME OPTION...: and its tests
    local name=$1
    shift
    heading "ryu new $* $name"
    (cd "$WORK" && "$RYU" new --path "$ROOT" "$@" "$name") >"$WORK/said" 2>&1 ||
        { fail "$name is made" "" "$WORK/said"; return 1; }
    pass "$name is made"
    has "it says what comes next" '^cargo test' "$WORK/said"
    # The versions that are here already.
    cp "$ROOT/Cargo.lock" "$WORK/$name/"
    check "$name: python3 reads the Mininet script" \
        python3 -c "compile(open('$WORK/$name/mininet_test.py').read(), 'mininet_test.py', 'exec')"
    if (cd "$WORK/$name" && cargo test --offline) >"$WORK/cargo" 2>&1; then
        pass "$name: cargo test: $(grep -c '^test .* ok$' "$WORK/cargo") tests"
    else
        fail "$name: cargo test" "" "$WORK/cargo"
        return 1
    fi
    lacks "$name: without a warning" '^warning' "$WORK/cargo"
    equal "$name: as rustfmt has it" "" "$(cd "$WORK/$name" && cargo fmt --check 2>&1 | head -n 5)"
}

make fresh_app --rest
make fresh_13 --openflow 13
make fresh_10 --openflow 1.0

heading "the program"
PROGRAM=$CARGO_TARGET_DIR/debug/fresh_app
check "every host reaches every other" "$PROGRAM" sim --topo linear,3 --wsapi-port 0 --test pingall fresh_app
"$PROGRAM" apps >"$WORK/apps"
has "it lists the app" '^fresh_app' "$WORK/apps"
rm -rf "$CARGO_TARGET_DIR/ryu-new"
mkdir -p "$CARGO_TARGET_DIR/ryu-new" && cp "$PROGRAM" "$WORK/fresh_app/mininet_test.py" \
    "$CARGO_TARGET_DIR/ryu-new/"

heading "what it refuses"
refused() {     # refused REGEX ARGUMENT...
    local wanted=$1 status
    shift
    (cd "$WORK" && "$RYU" new "$@") >"$WORK/said" 2>&1
    status=$?
    if [ $status -ne 0 ] && grep -q "$wanted" "$WORK/said"; then
        pass "ryu new $*: $(head -n 1 "$WORK/said")"
    else
        fail "ryu new $* is refused" "status $status" "$WORK/said"
    fi
}
before=$(cat "$WORK/fresh_app/src/lib.rs" "$WORK/fresh_app/Cargo.toml" | cksum)
refused 'is there already' fresh_app
equal "what was there is as it was" "$before" \
    "$(cat "$WORK/fresh_app/src/lib.rs" "$WORK/fresh_app/Cargo.toml" | cksum)"
refused 'did you mean my_app' My-App
refused 'Rust keeps' match
refused 'is built in' simple_switch_13
refused 'none of 10, 13' --openflow 14 other
refused 'no Cargo.toml of ryu-sdn' --path "$WORK" other
refused 'cannot make' no/such/folder
[ ! -e "$WORK/other" ] && pass "nothing is left of them"
