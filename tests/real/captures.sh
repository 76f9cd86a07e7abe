#!/usr/bin/env bash
# Captures and MRT files against programs of others: what tshark, editcap, mergecap and capinfos make
# of the pcap files we write; what we read in the files they make of them, packet by packet as
# tshark does; and what mrtparse reads in an MRT file of ours.
#
#   tests/real/captures.sh
#
#   MRTPARSE_PYTHON   a python that has mrtparse; else one is made under the target folder and kept

. "$(dirname "$0")/lib.sh"
begin
need cargo tshark editcap mergecap capinfos python3

tests() {   # tests FILE FILTER: runs tests of tests/FILE.rs
    cargo test --locked --manifest-path "$ROOT/Cargo.toml" --test "$1" "$2" -- --exact >"$WORK/cargo" 2>&1
}

mkdir "$WORK/files" "$WORK/mrt"
if RYU_CAPTURE_OUT=$WORK/files tests captures files_for_others; then
    pass "captures are written"
else
    fail "captures are written" "" "$WORK/cargo"
    exit 1
fi

heading "pcap files of ours, judged"
cd "$WORK/files" || exit 1
info() { capinfos -T -r -B -m "$@" 2>/dev/null | cut -d, -f2-; }
equal "capinfos: type of micro.cap" "pcap" "$(info -t micro.cap)"
equal "capinfos: type of nano.cap" "nsecpcap" "$(info -t nano.cap)"
equal "capinfos: link type" "ether" "$(info -E nano.cap)"
equal "capinfos: packets" "4" "$(info -c nano.cap)"
equal "capinfos: snap length" "40" "$(info -l snapped.cap | cut -d, -f1)"
equal "capinfos: bytes of the packets" "3088" "$(info -d nano.cap)"
for format in pcap nsecpcap; do
    name=micro
    [ $format = pcap ] || name=nano
    editcap -F $format $name.cap copy
    check "editcap -F $format writes $name.cap byte for byte as we do" cmp $name.cap copy
done

heading "files of others, read"
for format in pcap nsecpcap modpcap pcapng; do editcap -F $format nano.cap as_$format.cap; done
editcap -F pcapng -s 20 nano.cap cut.cap
editcap -F pcapng --inject-secrets tls,/dev/null nano.cap secrets.cap 2>/dev/null || rm -f secrets.cap
editcap -F pcapng -a 1:comment nano.cap options.cap
mergecap -F pcapng -w two_links.cap nano.cap raw.cap
mergecap -a -F pcapng -w appended.cap snapped.cap raw.cap micro.cap
cat as_pcapng.cap two_links.cap >two_sections.cap
python3 - <<'PYTHON'
# The other byte order, which the tools of today do not write.
import struct
with open("nano.cap", "rb") as file:
    data = file.read()
out, at = struct.pack(">IHHIIII", *struct.unpack("<IHHIIII", data[:24])), 24
while at < len(data):
    record = struct.unpack("<IIII", data[at:at + 16])
    out += struct.pack(">IIII", *record) + data[at + 16:at + 16 + record[2]]
    at += 16 + record[2]
with open("big_endian.cap", "wb") as file:
    file.write(out)
PYTHON
head -c 150 nano.cap >ends_early.cap
if RYU_CAPTURE_IN=$WORK/files tests captures files_of_others; then
    pass "captures are read"
else
    fail "captures are read" "" "$WORK/cargo"
    exit 1
fi

# theirs FILE: a line of time, link type, length and bytes for each packet, as tshark has it.
theirs() {
    tshark -r "$1" -T json -x -j frame 2>/dev/null | python3 -c '
import json, sys
LINKS = {"1": 1, "7": 101}  # of Wireshark, and of the registry
for packet in json.load(sys.stdin):
    frame = packet["_source"]["layers"]["frame"]
    data = packet["_source"]["layers"]["frame_raw"][0]
    print(frame["frame.time_epoch"], LINKS[frame["frame.encap_type"]], frame["frame.len"], data)'
}
for file in *.cap; do
    name=${file%.cap}
    [ "$name" != ends_early ] || continue
    theirs "$file" >"$name.theirs"
    check "$name: tshark finds packets" test -s "$name.theirs" || continue
    check "$name: $(grep -c . "$name.theirs") packets as tshark reads them" \
        diff "$name.theirs" "$name.ours"
done
has "a file that ends early says where" \
    '^error: pcap record: needed 60 bytes at offset 116, only 34 available' ends_early.ours

heading "an MRT file of ours, judged"
PYTHON=${MRTPARSE_PYTHON:-${CARGO_TARGET_DIR:-$ROOT/target}/mrtparse/bin/python}
if ! "$PYTHON" -c 'import mrtparse' 2>/dev/null; then
    [ -z "${MRTPARSE_PYTHON:-}" ] || die "$PYTHON has no mrtparse"
    home=${PYTHON%/bin/python}
    { timeout 120 python3 -m venv "$home" && timeout 120 "$home/bin/pip" install -q --retries 1 mrtparse==2.2.0; } \
        >"$WORK/making" 2>&1 || { echo "     without mrtparse: $(tail -n 1 "$WORK/making")"; exit; }
fi
if RYU_MRT_OUT=$WORK/mrt tests mrt records_for_others; then
    pass "an MRT file is written"
else
    fail "an MRT file is written" "" "$WORK/cargo"
    exit 1
fi
if "$PYTHON" "$REAL/mrt_parse.py" "$WORK/mrt" 2>"$WORK/err"; then
    pass "mrtparse agrees"
else
    fail "mrtparse agrees" "" "$WORK/err"
fi
