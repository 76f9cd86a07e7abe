#!/usr/bin/env bash
# What the consoles of docs/tutorial.md show: their commands are run, with the program of examples/guide,
# and print what stands there.
#
#   tests/real/guides.sh        (GUIDE_BIN: the program, default beside ryu)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need curl python3
GUIDE_BIN=${GUIDE_BIN:-$RYU_BIN_DIR/guide}
[ -x "$GUIDE_BIN" ] || die "no $GUIDE_BIN (cargo build --release --workspace)"
while IFS=$'\t' read -r verdict name detail; do
    if [ "$verdict" = ok ]; then pass "$name"; else fail "$name" "$detail"; fi
done < <(python3 "$REAL/guides.py" "$GUIDE_BIN" "$ROOT/docs/tutorial.md" 2>"$WORK/err" ||
    printf 'bad\tthe page is read to its end\t%s\n' "$(tail -n 3 "$WORK/err" | tr '\n' ' ')")
