#!/usr/bin/env bash
# The sockets of the hub as an eventlet user meets them, with the programs of examples/: the chat
# beside eventlet's own chat server and the same clients; names from dnsmasq behind a slow and a
# silent server; the crawler on a tree of `python3 -m http.server` with a cycle and a page that
# never comes; TLS with openssl on the other side, as client and as server.
#
#   tests/real/net.sh        (needs root: names and ports of its own)
#
#   NET_BIN_DIR           folder of the examples (default: target/debug/examples)
#   RYU_ORACLE_PYTHON     a python that has eventlet; else one is made under the target folder
#   EVENTLET_CHAT         eventlet's examples/chat_server.py; else it is taken from its source package

. "$(dirname "$0")/lib.sh"

NET_BIN_DIR=${NET_BIN_DIR:-${CARGO_TARGET_DIR:-$ROOT/target}/debug/examples}
EVENTLET=eventlet==0.36.1
HOME_OF_EVENTLET=${CARGO_TARGET_DIR:-$ROOT/target}/eventlet-oracle

# make_eventlet: an environment with eventlet and its source package; says on its last line why not.
make_eventlet() {
    local python=/usr/bin/python3
    [ -x "$python" ] || python=python3
    rm -rf "$HOME_OF_EVENTLET"
    timeout 120 "$python" -m venv "$HOME_OF_EVENTLET" || { echo "python3 -m venv failed"; return 1; }
    timeout 300 "$HOME_OF_EVENTLET/bin/pip" install -q --retries 1 "$EVENTLET" ||
        { echo "pip could not install $EVENTLET: no network?"; return 1; }
    timeout 300 "$HOME_OF_EVENTLET/bin/pip" download -q --retries 1 --no-deps --no-binary eventlet \
        -d "$HOME_OF_EVENTLET" "$EVENTLET" || { echo "pip could not fetch its source"; return 1; }
    tar -xzf "$HOME_OF_EVENTLET"/eventlet-*.tar.gz -C "$HOME_OF_EVENTLET" --strip-components=1 \
        --wildcards '*/examples/chat_server.py' || { echo "no chat server in it"; return 1; }
}

# Before the world of its own, in which there is no network.
if [ "${RYU_WORLD:-}" != 1 ]; then
    if [ -z "${RYU_ORACLE_PYTHON:-}" ] || [ -z "${EVENTLET_CHAT:-}" ]; then
        [ -f "$HOME_OF_EVENTLET/examples/chat_server.py" ] || NO_EVENTLET=$(make_eventlet 2>&1 | tail -n 1)
        RYU_ORACLE_PYTHON=$HOME_OF_EVENTLET/bin/python
        EVENTLET_CHAT=$HOME_OF_EVENTLET/examples/chat_server.py
    fi
    export RYU_ORACLE_PYTHON EVENTLET_CHAT NO_EVENTLET
fi
own_world "$@"
begin
need python3 openssl ss mount
for program in chat crawler echo geturl; do
    [ -x "$NET_BIN_DIR/$program" ] || die "no $NET_BIN_DIR/$program (cargo build --examples)"
done

heading "chat: eventlet's server and ours, the same clients"
# chat ORIGINAL|OURS COMMAND...: starts a server, lets the clients talk, ends it with Ctrl-C.
chat() {
    local whose=$1
    shift
    start "$WORK/chat.$whose" "$@"
    wait_for 10 port_open 127.0.0.1 3001 || { fail "$whose listens on 3001" "" "$WORK/chat.$whose"; return 1; }
    # That look itself was a participant.
    wait_for 5 grep -q 'left chat' "$WORK/chat.$whose"
    timeout 120 python3 "$REAL/net_chat.py" >"$WORK/heard.$whose" 2>&1
    stop "$LAST_PID" INT
}
chat ours "$NET_BIN_DIR/chat"
equal "Ctrl-C: exit status" 0 "$STATUS"
equal "the clients have heard each other" 25 "$(grep -c hears "$WORK/heard.ours")"
if [ -f "${EVENTLET_CHAT:-}" ] && "$RYU_ORACLE_PYTHON" -c 'import eventlet' 2>/dev/null; then
    # The original with what the blog post (2014) that this house began with changed in it, and with
    # what Python 3 wants.
    sed -e "s/def read_chat_forever(writer, reader)/def read_chat_forever(writer, reader, address)/" \
        -e "s/p\.write(line)/p.write(address[0] + ':' + line)/" \
        -e "s/new_connection\.makefile('r'))/new_connection.makefile('r'), address)/" \
        -e "s/e\[0\] != 32/e.errno != 32/" -e "s/Participant left chat\./participant left chat/" \
        -e "s/ChatServer exiting\./ChatServer exiting/" "$EVENTLET_CHAT" >"$WORK/chat_server.py"
    has "the original is the one that we know" "address\[0\] \+ ':' \+ line" "$WORK/chat_server.py"
    chat original env PYTHONUNBUFFERED=1 "$RYU_ORACLE_PYTHON" "$WORK/chat_server.py"
    equal "each client heard the same of both" "" "$(diff "$WORK/heard.original" "$WORK/heard.ours")"
    equal "both servers printed the same" "" "$(diff "$WORK/chat.original" "$WORK/chat.ours")"
else
    echo "     not compared with eventlet's: ${NO_EVENTLET:-no eventlet}"
fi

heading "chat: who vanishes and who sleeps"
start "$WORK/chat.log" "$NET_BIN_DIR/chat"
CHAT=$LAST_PID
wait_for 10 port_open 127.0.0.1 3001
if timeout 60 python3 - <<'PYTHON' >"$WORK/vanish" 2>&1
import socket, struct, time
join = lambda: socket.create_connection(("127.0.0.1", 3001), 5)
ann, bob, sleepy = join(), join(), join()
time.sleep(0.3)
# A reset, in the middle of a line.
bob.sendall(b"half")
bob.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
bob.close()
# Sleepy reads nothing; ann is never kept waiting for it.
start = time.monotonic()
for _ in range(600):
    ann.sendall(b"x" * 60000 + b"\n")
print("said in", round(time.monotonic() - start, 1))
late = join()
time.sleep(0.3)
ann.sendall(b"still here\n")
late.settimeout(20)
print("late hears", next(line for line in late.makefile() if "x" not in line).strip())
sleepy.settimeout(5)
total = 0
try:
    while True:
        data = sleepy.recv(1 << 20)
        if not data:
            break
        total += len(data)
    print("sleepy was put out after", total < 600 * 60000)
except ConnectionResetError:
    print("sleepy was put out after", True)
PYTHON
then pass "the clients came to their end"; else fail "the clients came to their end" "" "$WORK/vanish"; fi
has "a newcomer hears what is said after it all" 'late hears 127.0.0.1:still here' "$WORK/vanish"
has "who reads nothing is put out" 'sleepy was put out after True' "$WORK/vanish"
equal "descriptors after it all: none for who has gone" yes \
    "$(wait_for 5 test "$(find "/proc/$CHAT/fd" -lname 'socket:*' | wc -l)" -le 6 && echo yes)"
stop "$CHAT"
equal "SIGTERM: exit status" 0 "$STATUS"
lacks "no panic" 'panick' "$WORK/chat.log"

heading "names: a slow server and a silent one keep nobody waiting but who asked"
if command -v dnsmasq >/dev/null; then
    SITE=$WORK/site
    mkdir -p "$SITE/many"
    echo welcome >"$SITE/index.html"
    many=()
    for n in {1..60}; do many+=("--host-record=many.example,127.0.1.$n"); done
    start "$WORK/dnsmasq" dnsmasq --keep-in-foreground --no-resolv --no-hosts --user=root --log-queries \
        --log-facility=- --listen-address=127.0.0.1 --bind-interfaces --port=5353 --pid-file \
        --address=/web.example/127.0.0.1 --cname=www.example,web.example --local-ttl=60 "${many[@]}" \
        --host-record=www2.example,127.0.0.1 --local=/example/ --edns-packet-max=512
    start "$WORK/slow" python3 "$REAL/net_dns.py" slow 127.0.0.53 53 5353 1500
    start "$WORK/silent" python3 "$REAL/net_dns.py" silent 127.0.0.54 53
    start "$WORK/http" python3 -m http.server --bind 127.0.0.1 --directory "$SITE" 80
    HTTP=$LAST_PID
    check "the servers are there" wait_for 10 grep -q ready "$WORK/slow" "$WORK/silent"
    wait_for 10 port_open 127.0.0.1 80
    printf '127.0.0.1 known.example\n' >"$WORK/hosts"
    mount --bind "$WORK/hosts" /etc/hosts || die "cannot mount a hosts file"
    # The target of a link cannot be mounted over.
    RESOLV=$(readlink -f /etc/resolv.conf)
    : >"$WORK/resolv.conf"
    mount --bind "$WORK/resolv.conf" "$RESOLV" || die "cannot mount a resolv.conf"

    # ask OPTIONS-OF-RESOLV.CONF... -- HOST...: geturl in $WORK/got, how long it took in TOOK.
    ask() {
        local lines=() before
        while [ "$1" != -- ]; do lines+=("$1"); shift; done
        shift
        printf '%s\n' "${lines[@]}" >"$WORK/resolv.conf"
        before=$(date +%s%N)
        timeout 60 "$NET_BIN_DIR/geturl" --times "$@" >"$WORK/got" 2>&1
        TOOK=$((($(date +%s%N) - before) / 1000000))
    }
    after() { sed -n "s/^$1 connected after \([0-9]*\) ms/\1/p" "$WORK/got"; }
    within() {  # within NAME LOW HIGH VALUE
        if [ -n "$4" ] && [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; then pass "$1: $4 ms"; else
            fail "$1" "$4 ms, wanted $2 to $3" "$WORK/got"
        fi
    }
    ask 'nameserver 127.0.0.53' -- web.example known.example 127.0.0.1 web.example:80 no.example
    within "a name from the slow server" 1500 2500 "$(after web.example)"
    within "one of the hosts file meanwhile" 0 400 "$(after known.example)"
    within "an address meanwhile" 0 400 "$(after 127.0.0.1)"
    has "its page" '^web.example: HTTP/1.0 200 OK' "$WORK/got"
    has "a name that is none" '^no.example: no answer: no.example: no such host' "$WORK/got"
    within "all together" 1500 3200 "$TOOK"
    equal "one question for each kind of each name" 4 "$(grep -c question "$WORK/slow")"
    ask 'nameserver 127.0.0.54' 'options timeout:2 attempts:1' -- web.example known.example
    has "no answer from the silent server" '^web.example: no answer: .*nothing in 2s' "$WORK/got"
    within "one of the hosts file meanwhile" 0 400 "$(after known.example)"
    within "two seconds, as the options say" 2000 3000 "$TOOK"
    ask 'nameserver 127.0.0.54' 'nameserver 127.0.0.53' 'options timeout:2' -- web.example
    within "the second server, two seconds later" 3500 4500 "$(after web.example)"
    ask 'nameserver 127.0.0.55' 'nameserver 127.0.0.53' -- web.example
    within "a server that is not there costs nothing" 1500 2500 "$(after web.example)"
    ask 'nameserver 127.0.0.53' 'search elsewhere.example example' -- www2
    has "the search list" '^www2: HTTP/1.0 200 OK' "$WORK/got"
    ask 'nameserver 127.0.0.53' -- www.example
    has "an alias" '^www.example: HTTP/1.0 200 OK' "$WORK/got"
    ask 'nameserver 127.0.0.53' -- many.example
    has "sixty addresses do not fit, and are asked for over TCP" 'tcp question' "$WORK/slow"
    has "and one of them is it" '^many.example: no answer: 127.0.1|^many.example: HTTP' "$WORK/got"
    ask 'nameserver 127.0.0.53' 'options use-vc' -- web.example
    has "over TCP from the beginning" '^web.example: HTTP/1.0 200 OK' "$WORK/got"
    stop "$HTTP"
    umount "$RESOLV"
else
    echo "     left out: no dnsmasq"
fi

heading "crawler: a tree with a cycle, a page that never comes, and a forbidden one"
TREE=$WORK/tree
mkdir -p "$TREE/b" "$TREE/private"
cat >"$TREE/index.html" <<'HTML'
<a href="a.html">a</a> <a href=b/>b</a> <a href="never.html">never</a> <a href='private/x.html'>x</a>
HTML
cat >"$TREE/a.html" <<'HTML'
<a href="/">back</a> <a href="b/c.html#part">c</a> <a href="http://elsewhere.example/">away</a>
HTML
echo '<a href="../a.html">cycle</a> <a href="missing.html">missing</a>' >"$TREE/b/c.html"
printf 'User-agent: *\nDisallow: /private/\n' >"$TREE/robots.txt"
echo secret >"$TREE/private/x.html"
mkfifo "$TREE/never.html"
start "$WORK/tree.log" python3 -m http.server --bind 127.0.0.1 --directory "$TREE" 8000
TREE_SERVER=$LAST_PID
wait_for 10 port_open 127.0.0.1 8000
before=$(date +%s%N)
timeout 60 "$NET_BIN_DIR/crawler" http://127.0.0.1:8000/ >"$WORK/crawl" 2>&1
equal "exit status" 0 $?
TOOK=$((($(date +%s%N) - before) / 1000000))
if [ $TOOK -ge 5000 ] && [ $TOOK -le 7000 ]; then pass "the slow page had its five seconds: $TOOK ms"; else
    fail "the slow page had its five seconds" "$TOOK ms" "$WORK/crawl"
fi
equal "what it saw" "/ /a.html /b/ /b/c.html /b/missing.html /never.html /private/x.html" \
    "$(sed -n '/^I saw/,$p' "$WORK/crawl" | sed -n 's,^http://127.0.0.1:8000,,p' | paste -sd' ')"
has "the slow page was given up" '^no page at .*/never.html: no answer in 5 s' "$WORK/crawl"
has "the forbidden one was not asked for" '^forbidden by robots.txt: .*/private/x.html' "$WORK/crawl"
lacks "the forbidden one, says the server, too" 'GET /private' "$WORK/tree.log"
equal "each page once" "" "$(grep -o '"GET [^ ]*' "$WORK/tree.log" | sort | uniq -d)"
stop "$TREE_SERVER"

heading "serve: a limit on how many are served at one time, as ss sees it"
start "$WORK/echo.few" "$NET_BIN_DIR/echo" 127.0.0.1:6100 --concurrency 2
ECHO=$LAST_PID
# No look at the port before: it would be one of the two.
wait_for 10 grep -q listening "$WORK/echo.few"
if timeout 60 python3 - <<'PYTHON' >"$WORK/few" 2>&1
import re, socket, subprocess, time

def ss(*options):
    command = ["ss", "-H", "-n", "-t", *options, "sport = :6100"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

def state():
    """Connections there are, those that the server has taken, those in the listener's queue."""
    there = ss("-p", "state", "established")
    taken = [line for line in there if re.search(r'users:.*"echo"', line)]
    return len(there), len(taken), int(ss("-l")[0].split()[1])

def settled(what, *wanted):
    end = time.monotonic() + 5
    while state() != wanted and time.monotonic() < end:
        time.sleep(0.02)
    print(what, *state())

callers = []
for n in range(5):
    caller = socket.create_connection(("127.0.0.1", 6100), 5)
    caller.sendall(b"%d\n" % n)
    callers.append(caller)
settled("five have come:", 5, 2, 3)
for n in (0, 1):
    print("answer", callers[n].recv(16).decode().strip())
callers[2].settimeout(0.5)
try:
    print("the third hears", callers[2].recv(16))
except TimeoutError:
    print("the third hears nothing")
callers[0].close()
settled("one has left:", 4, 2, 2)
callers[2].settimeout(5)
print("answer", callers[2].recv(16).decode().strip())
for caller in callers[1:]:
    caller.close()
settled("all have left:", 0, 0, 0)
PYTHON
then pass "the callers came to their end"; else fail "the callers came to their end" "" "$WORK/few"; fi
equal "connected, taken, in the queue" \
    "five have come: 5 2 3|answer 0|answer 1|the third hears nothing|one has left: 4 2 2|answer 2|all have left: 0 0 0" \
    "$(paste -sd'|' "$WORK/few")"
stop "$ECHO"
equal "SIGTERM: exit status" 0 "$STATUS"
lacks "no panic" 'panick' "$WORK/echo.few"

heading "echo: Unix sockets and TLS"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -addext basicConstraints=critical,CA:FALSE -keyout "$WORK/key.pem" \
    -out "$WORK/cert.pem" 2>/dev/null || die "openssl makes no certificate"
start "$WORK/echo.unix" "$NET_BIN_DIR/echo" "unix:$WORK/echo.sock"
ECHO=$LAST_PID
wait_for 10 test -S "$WORK/echo.sock"
equal "through a Unix socket" "hello" "$(timeout 10 python3 -c "
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b'hello\n')
print(s.makefile().readline().strip())" "$WORK/echo.sock")"
stop "$ECHO"
start "$WORK/echo.tls" "$NET_BIN_DIR/echo" 127.0.0.1:6443 "$WORK/key.pem" "$WORK/cert.pem"
ECHO=$LAST_PID
wait_for 10 port_open 127.0.0.1 6443
# A caller that says nothing is in nobody's way.
exec 7<>/dev/tcp/127.0.0.1/6443
for version in -tls1_2 -tls1_3; do
    equal "openssl s_client $version" "hello" "$( (printf 'hello\n'; sleep 1) |
        timeout 10 openssl s_client -quiet -verify_return_error $version -connect 127.0.0.1:6443 \
            -servername localhost -CAfile "$WORK/cert.pem" 2>"$WORK/s_client")"
done
exec 7>&-
equal "no TLS, no echo" "" "$(printf 'GET / HTTP/1.0\r\n\r\n' | timeout 5 bash -c \
    'exec 3<>/dev/tcp/127.0.0.1/6443; cat >&3; cat <&3' | tr -d '\0' | grep -a GET)"
equal "a hundred at once" 100 "$(timeout 60 python3 - "$WORK/cert.pem" <<'PYTHON'
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
raw = [socket.create_connection(("127.0.0.1", 6443)) for _ in range(100)]
ends = [context.wrap_socket(one, server_hostname="localhost") for one in raw]
for n, end in enumerate(ends):
    end.sendall(b"x" * 20000 + b"%d\n" % n)
good = 0
for n, end in enumerate(ends):
    good += end.makefile("rb").readline() == b"x" * 20000 + b"%d\n" % n
print(good)
PYTHON
)"
stop "$ECHO"
equal "SIGTERM: exit status" 0 "$STATUS"

heading "https: openssl s_server, and whom the client believes"
mkdir "$WORK/www"
echo '<a href="/other.html">other</a>' >"$WORK/www/index.html"
echo 'nothing more' >"$WORK/www/other.html"
(cd "$WORK/www" && exec openssl s_server -quiet -accept 127.0.0.1:4433 -WWW -cert "$WORK/cert.pem" \
    -key "$WORK/key.pem" >"$WORK/s_server" 2>&1 </dev/null) &
STARTED+=($!)
wait_for 10 port_open 127.0.0.1 4433
SSL_CERT_FILE=$WORK/cert.pem timeout 30 "$NET_BIN_DIR/crawler" https://localhost:4433/index.html \
    >"$WORK/https" 2>&1
has "from page to page over TLS" '^fetching https://localhost:4433/other.html' "$WORK/https"
lacks "without an error" 'no page at' "$WORK/https"
timeout 30 "$NET_BIN_DIR/crawler" https://localhost:4433/index.html >"$WORK/https" 2>&1
has "a stranger's certificate is not believed" 'localhost:4433: TLS handshake failed: .*certificate' "$WORK/https"
lacks "and nothing is fetched" 'fetching .*other' "$WORK/https"
