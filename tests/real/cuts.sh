#!/usr/bin/env bash
# Links cut in a network of 1,000 switches and 10,000 links, with a port-status and without a word: how soon
# an app's client is told.
#
#   tests/real/cuts.sh [SWITCHES [REACH]]

. "$(dirname "$0")/lib.sh"
begin
need python3
need_ryu

heading "cuts in a large network"
while IFS=$'\t' read -r verdict name detail; do
    if [ "$verdict" = ok ]; then pass "$name"; else fail "$name" "$detail"; fi
done < <(timeout 200 python3 "$REAL/cuts.py" "$RYU_BIN_DIR" "$@" 2>"$WORK/cuts.err" ||
    printf 'bad\tit comes to its end\t%s\n' "$(tail -n 3 "$WORK/cuts.err" | tr '\n' ' ')")
