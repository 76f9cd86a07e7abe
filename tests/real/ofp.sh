#!/usr/bin/env bash
# `ryu ofp` against tshark: the traffic of a controller with the switches of `ryu sim`, captured
# on the loopback, has the same messages for both, each encodes to the bytes it came as, and the
# form of the file and of the link header makes no difference. Then field by field: the values of
# tests/vectors/samples.txt in 1.0, 1.3, 1.4 and 1.5.
#
#   tests/real/ofp.sh        (root: it captures)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need tshark dumpcap editcap awk python3
need_ryu

# ours FILE: a line "VERSION TYPE" for each message that `ryu ofp decode` lists, and for each
# error a line "error".
ours() {
    "$RYU" ofp decode --pcap "$1" | awk '
        BEGIN {
            n = split("hello error echo_request echo_reply experimenter features_request " \
                "features_reply get_config_request get_config_reply set_config packet_in " \
                "flow_removed port_status packet_out flow_mod group_mod port_mod", common, " ")
            for (i = 1; i <= n; i++) number["1.3", common[i]] = i - 1
            for (i = 1; i <= 15; i++) number["1.0", common[i]] = i - 1
            number["1.5", "hello"] = 0
            number["1.0", "port_mod"] = 15
            number["1.0", "multipart_request"] = 16
            number["1.0", "multipart_reply"] = 17
            number["1.0", "barrier_request"] = 18
            number["1.0", "barrier_reply"] = 19
            number["1.3", "multipart_request"] = 18
            number["1.3", "multipart_reply"] = 19
            number["1.3", "barrier_request"] = 20
            number["1.3", "barrier_reply"] = 21
            number["1.3", "role_request"] = 24
            number["1.3", "role_reply"] = 25
        }
        $1 == "error:" { print "error"; next }
        ($5, $6) in number { print $5, number[$5, $6]; next }
        $6 == "unknown" { print $5, substr($7, 6); next }
        { print "no number for", $0 }'
}

# theirs FILE: the same from tshark.
theirs() {
    local dissector
    # The hello of a switch that speaks all versions is of 1.5.
    for dissector in 1.0:openflow_v1:openflow_1_0.type 1.3:openflow_v4:openflow_v4.type \
        1.5:openflow_v6:openflow_v6.type; do
        IFS=: read -r version protocol field <<<"$dissector"
        tshark -r "$1" -Y "$protocol" -T fields -e "$field" 2>/dev/null | tr ',' '\n' |
            sed -n "s/^\([0-9][0-9]*\)$/$version \1/p"
    done
}

counted() { sort | uniq -c | sed 's/^ *//'; }

# capture NAME OPTION...: into $WORK/NAME until it is stopped.
capture() {
    local name=$1
    shift
    start "$WORK/$name.log" dumpcap -q -n "$@" -f "tcp port 6653" -w "$WORK/$name"
    CAPTURES+=("$LAST_PID")
    wait_for 10 test -s "$WORK/$name" || fail "dumpcap $* starts" "no file" "$WORK/$name.log"
}

fins() { tshark -r "$1" -Y 'tcp.flags.fin == 1' 2>/dev/null | grep -c .; }
has_fin() { [ "$(fins "$1")" -gt 0 ]; }

for app in simple_switch_13 simple_switch; do
    heading "$app"
    CAPTURES=()
    capture "$app.lo" -i lo
    capture "$app.sll" -i any -y LINUX_SLL
    capture "$app.sll2" -i any -y LINUX_SLL2
    if timeout --kill-after=5 60 "$RYU" sim --ofp-tcp-listen-port 6653 --topo linear,3 \
        --test pingall "$app" >"$WORK/sim.log" 2>&1; then
        pass "ryu sim --test pingall $app"
    else
        fail "ryu sim --test pingall $app" "exit status $?" "$WORK/sim.log"
    fi
    for name in lo sll sll2; do wait_for 10 has_fin "$WORK/$app.$name"; done
    for pid in "${CAPTURES[@]}"; do stop "$pid" INT; done

    file=$WORK/$app.lo
    theirs "$file" | counted >"$WORK/theirs"
    ours "$file" | counted >"$WORK/ours"
    sed 's/^/     /' "$WORK/theirs"
    lines=$(wc -l <"$WORK/theirs")
    check "tshark finds at least six types of message" test "$lines" -ge 6
    if diff "$WORK/theirs" "$WORK/ours" >"$WORK/diff"; then
        pass "ryu ofp decode finds the same messages"
    else
        fail "ryu ofp decode finds the same messages" "tshark <, ryu >" "$WORK/diff"
    fi

    equal "tshark finds nothing malformed" 0 \
        "$(tshark -r "$file" -Y '_ws.malformed' 2>/dev/null | grep -c .)"

    total=$(awk '{ sum += $1 } END { print sum + 0 }' "$WORK/theirs")
    "$RYU" ofp check "$file" >"$WORK/check" 2>&1
    equal "ryu ofp check: exit status" 0 $?
    equal "ryu ofp check: all come back" "$total ok, 0 differ, 0 bad" "$(tail -n 1 "$WORK/check")"

    "$RYU" ofp decode "$file" | sort >"$WORK/wanted"
    for name in sll sll2; do
        # There, each packet of the loopback is seen twice, coming and going.
        "$RYU" ofp decode "$WORK/$app.$name" | sort >"$WORK/got"
        check "the same over Linux cooked ($name)" cmp "$WORK/wanted" "$WORK/got"
    done
    for format in pcap nsecpcap modpcap; do
        editcap -F $format "$file" "$WORK/converted" 2>/dev/null
        "$RYU" ofp decode - <"$WORK/converted" | sort >"$WORK/got"
        check "the same as $format from a pipe" cmp "$WORK/wanted" "$WORK/got"
    done
    editcap -s 120 "$file" "$WORK/cut" 2>/dev/null
    "$RYU" ofp decode "$WORK/cut" >"$WORK/got" 2>&1
    equal "with packets cut to 120 bytes: exit status" 1 $?
    has "with packets cut to 120 bytes: says what is missing" \
        '^error: .*bytes are missing in the capture' "$WORK/got"
done

heading "values of fields"
# It prints its own ok and FAIL lines; this shell counts them as one.
if python3 "$REAL/tshark_fields.py" "$RYU" "$ROOT/tests/vectors/samples.txt" "$WORK" 2>"$WORK/err"; then
    pass "tshark and ryu ofp decode give the same values"
else
    fail "tshark and ryu ofp decode give the same values" "" "$WORK/err"
fi
