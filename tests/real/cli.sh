#!/usr/bin/env bash
# What a user meets at the command line: help, wrong spellings, ports that are taken, signals,
# the pid file, the configuration file. Each fault is one clear line and an exit status, never
# a panic.
#
#   tests/real/cli.sh        (no root needed; with root it gets a network of its own)

. "$(dirname "$0")/lib.sh"
own_world_if_possible "$@"
begin
need_ryu

OUT=$WORK/out
ERR=$WORK/err

# run COMMAND...: to its end, bounded; exit status in STATUS.
run() {
    timeout --kill-after=2 10 "$@" >"$OUT" 2>"$ERR" </dev/null
    STATUS=$?
    cat "$OUT" "$ERR" >"$WORK/both"
}

refused() {     # refused NAME STATUS_REGEX TEXT_REGEX COMMAND...: says why, in few lines
    local name=$1 status=$2 text=$3
    shift 3
    run "$@"
    if [[ $STATUS =~ ^($status)$ ]]; then
        pass "$name: exit status $STATUS"
    else
        fail "$name: exit status" "wanted $status, got $STATUS" "$WORK/both"
    fi
    has "$name: says why" "$text" "$ERR"
    lacks "$name: no panic" 'panick|RUST_BACKTRACE' "$WORK/both"
}

controller() {  # controller OPTION...: on a free PORT of the loopback, log in LOG, pid CONTROLLER
    free_port
    LOG=$WORK/controller.$PORT.log
    start "$LOG" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" "$@"
    CONTROLLER=$LAST_PID
    wait_for 10 port_open 127.0.0.1 "$PORT" || fail "controller $*: listens on $PORT" "no" "$LOG"
}

heading "help and version"
for program in ryu ryu-manager; do
    run "$RYU_BIN_DIR/$program" --help
    equal "$program --help: exit status" 0 "$STATUS"
    has "$program --help: usage on standard output" '^usage: ' "$OUT"
    run "$RYU_BIN_DIR/$program" --version
    equal "$program --version: exit status" 0 "$STATUS"
    has "$program --version" "^$program [0-9]+\.[0-9]+" "$OUT"
done
run "$RYU_MANAGER" --help
for option in app-lists pid-file verbose log-file ofp-listen-host ofp-tcp-listen-port wsapi-host \
    wsapi-port config-file; do
    has "ryu-manager --help names --$option" "--$option\b" "$OUT"
done
run "$RYU" --help
for command in run apps doctor sim; do
    has "ryu --help names $command" "^ +$command\b" "$OUT"
done
run "$RYU" run --help
equal "ryu run --help: exit status" 0 "$STATUS"

heading "ryu apps"
run "$RYU" apps
equal "ryu apps: exit status" 0 "$STATUS"
for app in ofp_handler dpset simple_switch simple_switch_13 simple_switch_rest_13 \
    example_switch_13 simple_monitor_13 cbench; do
    has "ryu apps lists $app" "\b$app\b" "$OUT"
done
has "with OpenFlow versions" '1\.0.*' "$OUT"
has "with routes" '/simpleswitch/mactable/\{dpid\}' "$OUT"

heading "wrong spellings"
refused "unknown app" 1 'simple_switch_13' "$RYU_MANAGER" simple_swich_13
has "unknown app: repeats the name" 'simple_swich_13' "$ERR"
refused "unknown dotted app" 1 'simple_switch_13' "$RYU_MANAGER" ryu.app.simple_swtch_13
refused "a Python file" 1 'port' "$RYU_MANAGER" ./my_switch.py
has "a Python file: repeats the name" 'my_switch\.py' "$ERR"
has "a Python file: names the guide" '\.md|guide' "$ERR"
refused "unknown option" 2 'no-such-option' "$RYU_MANAGER" --no-such-option
refused "unknown option of ryu run" 2 'no-such-option' "$RYU" run --no-such-option
refused "unknown subcommand" '1|2' 'bogus' "$RYU" bogus
refused "no subcommand" 2 'usage' "$RYU"
for value in abc 70000 -1; do
    refused "port $value" '1|2' 'ofp[-_]tcp[-_]listen[-_]port' \
        "$RYU_MANAGER" "--ofp-tcp-listen-port=$value"
done
refused "unusable listen host" 1 'nowhere|300\.1|ofp[-_]listen[-_]host' \
    "$RYU_MANAGER" --ofp-listen-host 300.1.2.3 --ofp-tcp-listen-port 20001

heading "configuration file"
free_port
printf 'ofp_listen_host = "127.0.0.1"\nofp_tcp_listen_port = %s\n' "$PORT" >"$WORK/good.toml"
LOG=$WORK/good.log
start "$LOG" "$RYU_MANAGER" --config-file "$WORK/good.toml"
CONTROLLER=$LAST_PID
if wait_for 10 port_open 127.0.0.1 "$PORT"; then
    pass "the port comes from the file"
else
    fail "the port comes from the file" "nothing on $PORT" "$LOG"
fi
stop "$CONTROLLER"
printf 'ofp_tcp_listen_port = "abc"\n' >"$WORK/bad.toml"
refused "wrong type in the file" '1|2' 'ofp[-_]tcp[-_]listen[-_]port' \
    "$RYU_MANAGER" --config-file "$WORK/bad.toml"
has "wrong type in the file: names the file" 'bad\.toml' "$ERR"
printf 'ofp_tcp_listen_port = \n' >"$WORK/broken.toml"
refused "no TOML at all" '1|2' 'broken\.toml' "$RYU_MANAGER" --config-file "$WORK/broken.toml"
refused "no such file" '1|2' 'absent\.toml' "$RYU_MANAGER" --config-file "$WORK/absent.toml"
if [ -f "$ROOT/conf/ryu.toml" ]; then
    controller --config-file "$ROOT/conf/ryu.toml"
    stop "$CONTROLLER"
    equal "the sample is accepted" 0 "$STATUS"
else
    fail "the sample is accepted" "no conf/ryu.toml"
fi

heading "files of Ryu's, the environment, abbreviations"
free_port
cat >"$WORK/ryu.conf" <<CONF
[DEFAULT]
# as Ryu's users write them
ofp_listen_host = 127.0.0.1
ofp_tcp_listen_port: $PORT
log_dir = $WORK
log_file = \$log_dir/from-\${ofp_tcp_listen_port}.log
app_lists = simple_switch_13,
  simple_monitor_13
[zapi]
server_host = 127.0.0.1
CONF
start "$WORK/ini.log" "$RYU_MANAGER" --config-file "$WORK/ryu.conf"
check "the port comes from a file of Ryu's form" wait_for 10 port_open 127.0.0.1 "$PORT"
has "its log file's name refers to other options" '^loading app .*simple_monitor_13' "$WORK/from-$PORT.log"
has "what has no effect is said" 'zapi\.server_host has no effect' "$WORK/from-$PORT.log"
mv "$WORK/from-$PORT.log" "$WORK/from-$PORT.log.1"
check "a log file that was renamed is made anew" wait_for 5 test -f "$WORK/from-$PORT.log"
kill -s USR1 "$LAST_PID"
check "and the log goes on in it" wait_for 5 test -s "$WORK/from-$PORT.log"
stop "$LAST_PID"
mkdir -p "$WORK/conf.d"
free_port
echo "ofp_tcp_listen_port = 1" >"$WORK/conf.d/10.conf"
echo "ofp_tcp_listen_port = $PORT" >"$WORK/conf.d/20.conf"
start "$WORK/dir.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --config-dir "$WORK/conf.d"
check "--config-dir: the last file by name" wait_for 10 port_open 127.0.0.1 "$PORT"
stop "$LAST_PID"
free_port
start "$WORK/env.log" env "OS_DEFAULT__OFP_TCP_LISTEN_PORT=$PORT" "$RYU_MANAGER" --ofp-l 127.0.0.1 --verb
check "OS_DEFAULT__OFP_TCP_LISTEN_PORT, --ofp-l and --verb" wait_for 10 port_open 127.0.0.1 "$PORT"
stop "$LAST_PID"
refused "ambiguous option" 2 'ambiguous option: --log could match .*--log-dir, --log-file' "$RYU_MANAGER" --log x
refused "no such directory" 1 '/nonexistent' "$RYU_MANAGER" --config-dir /nonexistent
refused "a bad value in the environment" 1 'OS_DEFAULT__WSAPI_PORT: invalid integer value: x' \
    env OS_DEFAULT__WSAPI_PORT=x "$RYU_MANAGER"
run "$RYU_MANAGER" --shell_completion bash
equal "--shell_completion bash: exit status" 0 "$STATUS"

heading "ryu doctor"
free_port
run "$RYU" doctor --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" simple_switch_13
equal "nothing wrong: exit status" 0 "$STATUS"
has "nothing wrong: the port is free" "^ok +ports +TCP 127\.0\.0\.1:$PORT for OpenFlow is free" "$OUT"
controller
run "$RYU" doctor --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" simple_switch_13
equal "port taken: exit status" 1 "$STATUS"
has "port taken: by whom" "$PORT by process $CONTROLLER \(ryu-manager\)" "$OUT"
run "$RYU" doctor --json --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" simple_switch_13
equal "--json: exit status" 1 "$STATUS"
has "--json" '"ok": false' "$OUT"
stop "$CONTROLLER"
run "$RYU" doctor --wsapi-host 0.0.0.0 --log-file /nonexistent/x --ofp-tcp-listen-port "$PORT" ofctl_rest
has "REST that would be open" '^problem +rest .*--wsapi-token-file' "$OUT"
has "a log file that cannot be" '^problem +files .*/nonexistent/x' "$OUT"
run "$RYU" doctor simple_swich_13
has "an app that is none" '^problem +apps .*simple_swich_13' "$OUT"

heading "start, log lines, pid file, signals"
controller --pid-file "$WORK/pid" simple_switch_13
has "loading app" '^loading app .*simple_switch_13' "$LOG"
has "instantiating app" '^instantiating app .*simple_switch_13 of ' "$LOG"
equal "pid file" "$CONTROLLER" "$(cat "$WORK/pid" 2>/dev/null)"
stop "$CONTROLLER" TERM
equal "SIGTERM: exit status" 0 "$STATUS"
if [ "$TOOK" -le 1000 ]; then pass "SIGTERM: ended in $TOOK ms"; else fail "SIGTERM" "took $TOOK ms"; fi
lacks "SIGTERM: nothing but information in the log" 'error|warn|panick' "$LOG"

controller
stop "$CONTROLLER" INT
equal "SIGINT, no app named: exit status" 0 "$STATUS"
if [ "$TOOK" -le 1000 ]; then pass "SIGINT: ended in $TOOK ms"; else fail "SIGINT" "took $TOOK ms"; fi

# A connected switch must not hold up the end.
controller simple_switch_13
if command -v python3 >/dev/null; then
    mkfifo "$WORK/keep"
    python3 "$REAL/ofpeer.py" "$PORT" 1 <"$WORK/keep" >"$WORK/peer" 2>&1 &
    PEER=$!
    STARTED+=("$PEER")
    exec 9>"$WORK/keep"
    wait_for 10 grep -q connected "$WORK/peer" || fail "a switch connects" "no" "$LOG"
fi
# The loop from inside, with the numbers and addresses that the system has.
kill -USR1 "$CONTROLLER"
if wait_for 5 grep -q 'hub: descriptor .* signal 10' "$LOG"; then
    pass "SIGUSR1: the loop in the log"
else
    fail "SIGUSR1: the loop in the log" "" "$LOG"
fi
has "the listener" "hub: descriptor [0-9]+ tcp listener .*:$PORT, [0-9]+ to read" "$LOG"
DESCRIPTOR=$(sed -n "s/.*hub: descriptor \([0-9]*\) tcp [0-9.:]*:$PORT to .*/\1/p" "$LOG" | head -n 1)
has "the switch, by its number" 'socket:' <(readlink "/proc/$CONTROLLER/fd/${DESCRIPTOR:-none}")
stop "$CONTROLLER" TERM
equal "SIGTERM with a switch connected: exit status" 0 "$STATUS"
if [ "$TOOK" -le 1000 ]; then pass "... ended in $TOOK ms"; else fail "... ended" "took $TOOK ms"; fi
exec 9>&-

heading "ports"
controller simple_switch_13
FIRST=$CONTROLLER
refused "port taken" 1 "\b$PORT\b" \
    "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" simple_switch_13
equal "port taken: one line about it" 1 "$(grep -Ec "\b$PORT\b" "$WORK/both")"
stop "$FIRST"
FIRST_LOG=$WORK/again.log
start "$FIRST_LOG" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT"
check "the port can be used again at once" wait_for 5 port_open 127.0.0.1 "$PORT"
stop "$LAST_PID"

if port_closed 127.0.0.1 6653 && port_closed 127.0.0.1 6633; then
    start "$WORK/default.log" "$RYU_MANAGER"
    CONTROLLER=$LAST_PID
    check "listens on 6653 by default" wait_for 10 port_open 127.0.0.1 6653
    check "and on 6633" wait_for 2 port_open 127.0.0.1 6633
    check "but not on 8080: no app has routes" port_closed 127.0.0.1 8080
    stop "$CONTROLLER"
else
    echo "note: 6653 or 6633 is taken by another program; the defaults were not checked"
fi

heading "completion and manual page"
for shell in bash zsh fish; do
    for program in ryu ryu-manager; do
        run "$RYU" completions "$shell" "$program"
        equal "ryu completions $shell $program: exit status" 0 "$STATUS"
        has "ryu completions $shell $program: knows our options" 'ofp-tcp-listen-port' "$OUT"
    done
done
for page in ryu ryu-manager; do
    run "$RYU" man "$page"
    equal "ryu man $page: exit status" 0 "$STATUS"
    has "ryu man $page: is a manual page" '^\.TH ' "$OUT"
done
