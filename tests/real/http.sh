#!/usr/bin/env bash
# The HTTP service as curl and a raw socket see it, with simple_switch_rest_13 and one switch
# (scripted, dpid 1) connected: status codes, JSON, keep-alive, pipelining, 100-continue,
# limits, a client that never finishes its headers.
#
#   tests/real/http.sh        (no root needed; with root it gets a network of its own)

. "$(dirname "$0")/lib.sh"
own_world_if_possible "$@"
begin
need curl python3 timeout
need_ryu

free_port
OFP=$PORT
free_port
HTTP=$PORT
LOG=$WORK/controller.log
BASE=http://127.0.0.1:$HTTP
TABLE=/simpleswitch/mactable/0000000000000001
BODY=$WORK/body
HEADERS=$WORK/headers

start "$LOG" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$OFP" \
    --wsapi-port "$HTTP" ryu.app.simple_switch_rest_13
CONTROLLER=$LAST_PID
wait_for 15 port_open 127.0.0.1 "$HTTP" || {
    fail "listens on --wsapi-port" "nothing there after 15 s" "$LOG"
    exit 1
}
mkfifo "$WORK/keep"
python3 "$REAL/ofpeer.py" "$OFP" 1 <"$WORK/keep" >"$WORK/peer" 2>&1 &
STARTED+=($!)
exec 9>"$WORK/keep"
wait_for 10 grep -q connected "$WORK/peer" || { fail "a switch connects" "no" "$LOG"; exit 1; }

# The slow client waits for the header timeout while everything else is checked.
(
    exec 3<>"/dev/tcp/127.0.0.1/$HTTP"
    before=$SECONDS
    printf 'GET / HTTP/1.1\r\nHost: x\r\nX-Never-' >&3
    timeout 75 cat <&3 >"$WORK/slow"
    echo "$? $((SECONDS - before))" >"$WORK/slow.done"
) &
SLOW=$!
STARTED+=("$SLOW")

request() {     # request CURL_OPTION... PATH: status code in CODE, body in BODY, headers in HEADERS
    local path=${*: -1}
    : >"$BODY"
    : >"$HEADERS"
    CODE=$(curl -s -m 10 -o "$BODY" -D "$HEADERS" -w '%{http_code}' "${@:1:$#-1}" "$BASE$path")
}
json() { python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$BODY" 2>/dev/null; }

answers() {     # answers NAME CODE CURL_OPTION... PATH: that status, with JSON
    local name=$1 code=$2
    shift 2
    request "$@"
    equal "$name" "$code" "$CODE"
    if json; then pass "$name: JSON body"; else fail "$name: JSON body" "$(head -c 200 "$BODY")"; fi
    has "$name: says that it is JSON" '^content-type: application/json' "$HEADERS"
}

heading "status codes"
PUT=(-X PUT -H 'Content-Type: application/json')
# Until features and port descriptions are in, the app does not know the switch.
known() { request "$TABLE"; [ "$CODE" = 200 ]; }
wait_for 5 known
answers "GET of a known dpid" 200 "$TABLE"
answers "PUT of an entry" 200 "${PUT[@]}" -d '{"mac": "02:00:00:00:00:01", "port": 1}' "$TABLE"
answers "GET shows it" 200 "$TABLE"
has "GET shows it: the entry" '"02:00:00:00:00:01": ?1\b' "$BODY"
answers "unknown path" 404 /no/such/path
answers "unknown dpid" 404 /simpleswitch/mactable/00000000000000ff
answers "dpid that is none" 400 /simpleswitch/mactable/zz
has "dpid that is none: with the reason" 'dpid|zz' "$BODY"
answers "method not allowed" 405 -X DELETE "$TABLE"
has "method not allowed: with those that are" '^allow: .*GET' "$HEADERS"
answers "body that is no JSON" 400 "${PUT[@]}" -d '{"mac": ' "$TABLE"
answers "body without the key" 400 "${PUT[@]}" -d '{"mac": "02:00:00:00:00:01"}' "$TABLE"
answers "entry with a bad address" 400 "${PUT[@]}" -d '{"mac": "02:00", "port": 1}' "$TABLE"
answers "query string is ignored" 200 "$TABLE?x=1"

heading "limits"
head -c 4000000 /dev/zero | tr '\0' ' ' >"$WORK/large"
request "${PUT[@]}" --data-binary "@$WORK/large" "$TABLE"
equal "body too large" 413 "$CODE"
request "${PUT[@]}" -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary "@$WORK/large" "$TABLE"
equal "body too large, in chunks" 413 "$CODE"
request -H "X-Long: $(head -c 100000 /dev/zero | tr '\0' a)" "$TABLE"
case $CODE in
400 | 431) pass "headers too large: $CODE" ;;
*) fail "headers too large" "status $CODE" ;;
esac
answers "serves on after all that" 200 "$TABLE"

heading "connections"
reused=$(curl -s -m 10 -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}\n' \
    "$BASE$TABLE" "$BASE/no/such/path" "$BASE$TABLE" | paste -sd+)
equal "keep-alive: three requests, one connection" 1+0+0 "$reused"

raw() {         # raw TEXT: sends it as it is, prints what comes back until the end
    timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "$2" >&3 && cat <&3' - "$HTTP" "$1" |
        tr -d '\r'
}
get() { printf 'GET %s HTTP/1.1\\r\\nHost: localhost\\r\\n%s\\r\\n' "$1" "${2:-}"; }

raw "$(get $TABLE)$(get /no/such/path)$(get $TABLE 'Connection: close\r\n')" >"$WORK/raw"
equal "pipelining: three in one segment, answered in order" "200 404 200" \
    "$(grep -ao 'HTTP/1\.1 [0-9]*' "$WORK/raw" | cut -d' ' -f2 | paste -sd' ')"
raw "GET $TABLE HTTP/1.0\r\n\r\n" >"$WORK/raw"
has "HTTP/1.0 is answered, then closed" '^HTTP/1\.[01] 200' "$WORK/raw"
raw "complete nonsense\r\n\r\n" >"$WORK/raw"
has "nonsense: 400, then closed" '^HTTP/1\.[01] 400|^$' "$WORK/raw"

request "${PUT[@]}" -H 'Expect: 100-continue' -d '{"mac": "02:00:00:00:00:02", "port": 2}' "$TABLE"
equal "Expect: 100-continue, status" 200 "$CODE"
has "Expect: 100-continue, the interim answer" '^HTTP/1\.1 100' "$HEADERS"

raw "$(get $TABLE 'Connection: close\r\n' | sed s/^GET/HEAD/)" >"$WORK/raw"
has "HEAD of a GET route" '^HTTP/1\.1 200' "$WORK/raw"
equal "HEAD: no body" 0 "$(sed '1,/^$/d' "$WORK/raw" | wc -c)"
raw "$(get /no/such/path 'Connection: close\r\n' | sed s/^GET/HEAD/)" >"$WORK/raw"
has "HEAD of an unknown path" '^HTTP/1\.1 404' "$WORK/raw"
equal "HEAD of an unknown path: no body" 0 "$(sed '1,/^$/d' "$WORK/raw" | wc -c)"

many=$(for _ in {1..20}; do printf -- '-o /dev/null %s ' "$BASE$TABLE"; done)
# shellcheck disable=SC2086  # one word per argument is wanted
codes=$(curl -s -m 20 --no-progress-meter --parallel --parallel-immediate -w '%{http_code}\n' $many | sort | uniq -c | tr -s ' ')
equal "twenty at the same time" " 20 200" "$codes"

heading "a client that never finishes its headers"
if wait_for 80 test -s "$WORK/slow.done"; then
    read -r code took <"$WORK/slow.done"
    if [ "$code" = 0 ]; then
        pass "closed after $took s"
    else
        fail "closed" "still open after $took s"
    fi
    if [ "$took" -ge 2 ]; then pass "and not at once"; else fail "closed too early" "$took s"; fi
else
    fail "the slow client" "never came back"
fi

heading "where it listens"
equal "the OpenFlow side is still there" connected "$(head -n 1 "$WORK/peer")"
has "the log says where the service is" "(127\.0\.0\.1|localhost):$HTTP" "$LOG"
if command -v ss >/dev/null; then
    ss -ltnH "sport = :$HTTP" >"$WORK/ss"
    has "on the loopback alone unless told otherwise" "127\.0\.0\.1:$HTTP" "$WORK/ss"
fi
stop "$CONTROLLER"
equal "SIGTERM: exit status" 0 "$STATUS"
lacks "no panic in the log" 'panick' "$LOG"
exec 9>&-

free_port
OFP=$PORT
free_port
HTTP=$PORT
start "$WORK/elsewhere.log" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$OFP" \
    --wsapi-host 127.0.0.2 --wsapi-port "$HTTP" ryu.app.simple_switch_rest_13
check "--wsapi-host: listens there" wait_for 10 port_open 127.0.0.2 "$HTTP"
check "--wsapi-host: and only there" port_closed 127.0.0.1 "$HTTP"
has "--wsapi-host: the log says so" "127\.0\.0\.2:$HTTP" "$WORK/elsewhere.log"
stop "$LAST_PID"
