#!/usr/bin/env bash
# --use-syslog with a real daemon (rsyslogd), which writes down facility, severity and program of each message,
# beside what Python's handler, which Ryu uses, sends it. The daemon is started again, stopped, and fed too much.
#
#   tests/real/syslog.sh    (root; /dev/log is one of its own)

. "$(dirname "$0")/lib.sh"
own_world "$@"
WORK=$RYU_WORLD_WORK
begin
need rsyslogd python3 mount
need_ryu

# A /dev of its own: the socket has one place, and that of the machine is left alone.
mkdir "$WORK/dev" || die "no folder for /dev"
mount -t tmpfs tmpfs "$WORK/dev" || die "cannot mount a private /dev"
for node in null zero full random urandom; do
    touch "$WORK/dev/$node"
    mount --bind "/dev/$node" "$WORK/dev/$node" || die "cannot keep /dev/$node"
done
ln -s /proc/self/fd "$WORK/dev/fd"
mount --bind "$WORK/dev" /dev || die "cannot mount a private /dev"

SAID=$WORK/said
cat >"$WORK/rsyslog.conf" <<CONF
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/dev/log" CreatePath="off")
template(name="told" type="string" string="%syslogfacility-text% %syslogseverity-text% %programname% %procid%|%msg%\n")
*.* action(type="omfile" file="$SAID" template="told" flushOnTXEnd="on")
CONF
daemon() {
    start "$WORK/rsyslogd.log" rsyslogd -n -f "$WORK/rsyslog.conf" -i "$WORK/rsyslogd.pid"
    DAEMON=$LAST_PID
    wait_for 10 test -S /dev/log || { fail "rsyslogd listens" "" "$WORK/rsyslogd.log"; exit 1; }
}
said() { grep -q -- "$1" "$SAID"; }
# kinds PROGRAM: facility and severity of what it said, each once.
kinds() { awk -v program="$1" '$3 == program { print $1, $2 }' "$SAID" | sort -u | paste -sd,; }

# An option without a meaning gives a warning, a port that is taken an error, and what runs --verbose the others.
ours() {        # ours OPTION...: once with a port that is taken, once until it is stopped
    : >"$WORK/ours.log"
    timeout 20 "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
        --use-syslog --verbose --enable-debugger "$@" ryu.app.simple_switch_13 >>"$WORK/ours.log" 2>&1
    start "$WORK/ours.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16655 \
        --use-syslog --verbose "$@" ryu.app.simple_switch_13
    wait_for 10 port_open 127.0.0.1 16655
    stop "$LAST_PID"
}
start "$WORK/first.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16653 \
    ryu.app.simple_switch_13
wait_for 10 port_open 127.0.0.1 16653 || { fail "the first controller listens" "" "$WORK/first.log"; exit 1; }
daemon

for facility in user daemon local0 local1 local2 local3 local4 local5 local6 local7; do
    : >"$SAID"
    if [ $facility = user ]; then ours; else ours --syslog-log-facility $facility; fi
    python3 "$REAL/syslog.py" $facility
    wait_for 5 said "python.*|.*a debug"
    equal "$facility: facility and severities are those that Ryu's logging has" "$(kinds python)" "$(kinds ryu-manager)"
    equal "$facility: all four" 4 "$(kinds ryu-manager | tr ',' '\n' | grep -c "^$facility ")"
done
# Line by line: what stands in the terminal is what the daemon has.
awk -F'|' '$1 ~ / ryu-manager / { sub(/^ /, "", $2); print $2 }' "$SAID" >"$WORK/theirs"
equal "the daemon has every line" "$(wc -l <"$WORK/ours.log")" "$(wc -l <"$WORK/theirs")"
check "and the same" diff "$WORK/ours.log" "$WORK/theirs"
equal "with the numbers of both processes" 2 "$(awk '$3 == "ryu-manager" { print $4 }' "$SAID" | cut -d'|' -f1 | sort -u | wc -l)"

heading "a daemon that comes and goes"
: >"$SAID"
start "$WORK/again.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port 16654 --use-syslog \
    --wsapi-port 18080 ryu.app.ofctl_rest
OURS=$LAST_PID
wait_for 10 port_open 127.0.0.1 18080 || fail "ours listens" "" "$WORK/again.log"
wait_for 5 said 'user info ryu-manager'
check "it is told" said 'user info ryu-manager'
stop "$DAEMON"
: >"$SAID"
before=$(wc -l <"$WORK/again.log")
curl -s -m 5 http://127.0.0.1:18080/stats/switches >/dev/null
check "without a daemon it goes on" alive "$OURS"
daemon
check "one that is started again is told what was said meanwhile" wait_for 5 said 'user info ryu-manager.*GET /stats/switches'

heading "a daemon that does not read"
kill -s STOP "$DAEMON"
for _ in {1..40}; do
    timeout 20 curl -s -m 5 -o /dev/null "http://127.0.0.1:18080/stats/switches?[1-50]" || break
done
check "keeps nobody waiting" curl -s -m 2 -o /dev/null http://127.0.0.1:18080/stats/switches
kill -s CONT "$DAEMON"
sleep 0.5
curl -s -m 5 -o /dev/null http://127.0.0.1:18080/stats/switches
check "and hears what has waited, and how much it has missed" wait_for 15 said 'user warning ryu-manager.*[0-9] messages were dropped: syslog was too slow'
# Kept and lost together are what stands in the terminal.
counted() {
    lost=$(sed -n 's/.* \([0-9]*\) messages were dropped.*/\1/p' "$SAID" | paste -sd+)
    kept=$(grep ryu-manager "$SAID" | grep -vc 'messages were dropped')
    [ $(($(wc -l <"$WORK/again.log") - before)) = $((kept + ${lost:-0})) ]
}
wait_for 20 counted
counted
check "to the last line that stands in the terminal (${lost:-0} of $(($(wc -l <"$WORK/again.log") - before)))" counted
stop "$OURS"
equal "it ends well" 0 "$STATUS"
