#!/usr/bin/env bash
# The REST service and the network: what it takes to open it, tokens, TLS, pages of elsewhere, hostile
# clients; and whether /openapi.json is what a validator takes.
#
#   tests/real/rest_safety.sh        (no root needed; with root it gets a network of its own)

. "$(dirname "$0")/lib.sh"
# The validator comes out of the network, once; a world of our own has none.
VALIDATOR=${CARGO_TARGET_DIR:-$ROOT/target}/openapi-validator
RELEASE='openapi-spec-validator==0.7.1'
# A file beside the folder says why there is none.
if [ "${RYU_WORLD:-}" != 1 ] && ! "$VALIDATOR/bin/python" -c 'import openapi_spec_validator' 2>/dev/null; then
    PYTHON=/usr/bin/python3
    [ -x "$PYTHON" ] || PYTHON=python3
    mkdir -p "$(dirname "$VALIDATOR")"
    { rm -rf "$VALIDATOR" && "$PYTHON" -m venv "$VALIDATOR" &&
        timeout 300 "$VALIDATOR/bin/pip" install -q --retries 1 "$RELEASE"; } >"$VALIDATOR.log" 2>&1 ||
        rm -rf "$VALIDATOR"
fi
own_world_if_possible "$@"
begin
need curl python3 openssl timeout
need_ryu

TOKEN=correct-horse-battery-staple
KEY=$WORK/key.pem
CERT=$WORK/cert.pem
TOKENS=$WORK/tokens
(umask 077 && echo "$TOKEN" >"$TOKENS")
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout "$KEY" -out "$CERT" 2>"$WORK/openssl" ||
    die "openssl: $(tail -n 1 "$WORK/openssl")"

controller() {      # controller OPTION...: with REST on HTTP, log in LOG, pid CONTROLLER
    free_port
    HTTP=$PORT
    free_port
    LOG=$WORK/controller.$HTTP.log
    start "$LOG" "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" \
        --wsapi-port "$HTTP" "$@" ryu.app.ofctl_rest
    CONTROLLER=$LAST_PID
    wait_for 15 port_open 127.0.0.1 "$HTTP" || fail "$*: REST on $HTTP" "not there" "$LOG"
}
code() { curl -s -m 5 -o "$WORK/body" -D "$WORK/headers" -w '%{http_code}' "$@"; }

refused() {         # refused NAME TEXT_REGEX OPTION...
    local name=$1 text=$2
    shift 2
    free_port
    timeout --kill-after=2 10 "$RYU_MANAGER" --ofp-listen-host 127.0.0.1 --ofp-tcp-listen-port "$PORT" \
        "$@" ryu.app.ofctl_rest >"$WORK/err" 2>&1 </dev/null
    equal "$name: exit status" 1 $?
    has "$name: says what is missing" "$text" "$WORK/err"
}

heading "beyond the loopback"
refused "bare" 'without encryption .* and without a question .*--wsapi-insecure' --wsapi-host 0.0.0.0
refused "a token without TLS" 'without encryption' --wsapi-host 0.0.0.0 --wsapi-token-file "$TOKENS"
refused "TLS without a token" 'token-file' --wsapi-host :: --wsapi-cert "$CERT" --wsapi-key "$KEY"
refused "a certificate without its key" 'wsapi-key' --wsapi-cert "$CERT"
refused "no such token file" 'absent' --wsapi-token-file "$WORK/absent"
controller --wsapi-host 0.0.0.0 --wsapi-insecure
has "--wsapi-insecure: starts and says so" '--wsapi-insecure: REST on .* is open to the network' "$LOG"
equal "--wsapi-insecure: any name is good" 200 \
    "$(code -H 'Host: controller.example' "http://127.0.0.1:$HTTP/stats/switches")"
stop "$CONTROLLER"

heading "TLS and tokens"
controller --wsapi-host 0.0.0.0 --wsapi-cert "$CERT" --wsapi-key "$KEY" --wsapi-token-file "$TOKENS"
lacks "with both, nothing is said to be insecure" 'insecure' "$LOG"
has "the log has https" "wsgi starting up on https://0\.0\.0\.0:$HTTP" "$LOG"
URL=https://localhost:$HTTP
C=(--cacert "$CERT" --resolve "localhost:$HTTP:127.0.0.1")
equal "without a token" 401 "$(code "${C[@]}" "$URL/stats/switches")"
has "without a token: which schemes" '^www-authenticate: Bearer' "$WORK/headers"
equal "with a wrong one" 401 "$(code "${C[@]}" -H 'Authorization: Bearer x' "$URL/stats/switches")"
equal "paths are not told either" 401 "$(code "${C[@]}" "$URL/no/such/path")"
equal "with the token" 200 "$(code "${C[@]}" -H "Authorization: Bearer $TOKEN" "$URL/stats/switches")"
equal "with the token as a password" 200 "$(code "${C[@]}" -u "any:$TOKEN" "$URL/stats/switches")"
equal "/openapi.json needs it, too" 401 "$(code "${C[@]}" "$URL/openapi.json")"
equal "and says so" 200 "$(code "${C[@]}" -u ":$TOKEN" "$URL/openapi.json")"
has "and says so, in the document" '"securitySchemes"' "$WORK/body"
equal "plain HTTP on the TLS port is not answered" 000 "$(code "http://127.0.0.1:$HTTP/stats/switches")"
exec 7<>"/dev/tcp/127.0.0.1/$HTTP"     # a handshake that never begins
equal "a handshake that stalls keeps nobody waiting" 200 \
    "$(code "${C[@]}" -u ":$TOKEN" "$URL/stats/switches")"
exec 7>&-
lacks "the token is not in the log" "$TOKEN" "$LOG"
(umask 077 && echo "a-new-token-of-today" >"$TOKENS.new" && mv "$TOKENS.new" "$TOKENS")
exchanged() { [ "$(code "${C[@]}" -u ":a-new-token-of-today" "$URL/stats/switches")" = 200 ]; }
check "a new token holds within seconds" wait_for 8 exchanged
equal "the old one does not" 401 "$(code "${C[@]}" -u ":$TOKEN" "$URL/stats/switches")"
kill -s HUP "$CONTROLLER"
check "SIGHUP reads the certificates again" \
    wait_for 5 grep -q 'certificates of the REST service read again' "$LOG"
chmod 644 "$TOKENS"
stop "$CONTROLLER"
controller --wsapi-token-file "$TOKENS"
has "a token file that all can read is told" 'every user of this machine can read the tokens' "$LOG"
stop "$CONTROLLER"

heading "certificates of clients"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=client \
    -keyout "$WORK/client-key.pem" -out "$WORK/client.csr" 2>/dev/null &&
    openssl x509 -req -in "$WORK/client.csr" -CA "$CERT" -CAkey "$KEY" -CAcreateserial -days 2 \
        -extfile <(printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n') \
        -out "$WORK/client.pem" 2>/dev/null || die "openssl cannot make a client's certificate"
controller --wsapi-host 0.0.0.0 --wsapi-cert "$CERT" --wsapi-key "$KEY" --wsapi-ca-certs "$CERT"
C=(--cacert "$CERT" --resolve "localhost:$HTTP:127.0.0.1")
equal "without a certificate" 000 "$(code "${C[@]}" "https://localhost:$HTTP/stats/switches")"
equal "with one" 200 "$(code "${C[@]}" --cert "$WORK/client.pem" --key "$WORK/client-key.pem" \
    "https://localhost:$HTTP/stats/switches")"
stop "$CONTROLLER"

heading "pages of elsewhere"
controller --wsapi-cors-origins https://noc.example,http://localhost:3000 --wsapi-host-names ctl.example
URL=http://127.0.0.1:$HTTP
code -H 'Origin: https://noc.example' "$URL/stats/switches" >/dev/null
has "a listed origin may read" '^access-control-allow-origin: https://noc\.example' "$WORK/headers"
code -H 'Origin: https://evil.example' "$URL/stats/switches" >/dev/null
lacks "another may not" '^access-control' "$WORK/headers"
code -X OPTIONS -H 'Origin: https://noc.example' -H 'Access-Control-Request-Method: POST' \
    "$URL/stats/flowentry/add" >/dev/null
has "a browser that asks for leave gets it" '^access-control-allow-methods: .*POST' "$WORK/headers"
equal "a form from elsewhere" 403 "$(code -d x=y -H 'Origin: https://evil.example' "$URL/stats/flowentry/add")"
equal "a name of its own" 200 "$(code -H 'Host: ctl.example' "$URL/stats/switches")"
equal "a name that was made to resolve to it" 403 "$(code -H 'Host: evil.example' "$URL/stats/switches")"
stop "$CONTROLLER"

heading "what it says of itself"
controller
equal "/openapi.json" 200 "$(code "http://127.0.0.1:$HTTP/openapi.json")"
if [ -x "$VALIDATOR/bin/python" ]; then
    check "a validator of OpenAPI 3.1 takes it" "$VALIDATOR/bin/python" -c '
import json, sys
from openapi_spec_validator import validate
validate(json.load(open(sys.argv[1])))' "$WORK/body"
else
    echo "note: no $RELEASE ($(tail -n 1 "$VALIDATOR.log" 2>/dev/null)); the document was not validated"
fi
equal "/docs" 200 "$(code "http://127.0.0.1:$HTTP/docs")"
has "/docs: no script, nothing from elsewhere" "^content-security-policy: default-src 'none'" "$WORK/headers"
has "/docs: shows the routes" '/stats/flowentry/\{cmd\}' "$WORK/body"
stop "$CONTROLLER"

heading "hostile clients"
for limit in HEADER BODY WRITE; do export "OS_DEFAULT__WSAPI_${limit}_TIMEOUT=2"; done
controller
# It prints its own ok and FAIL lines; this shell counts them as one.
if python3 "$REAL/rest_hostile.py" "$HTTP" 2>"$WORK/err"; then
    pass "nobody got past anything"
else
    fail "nobody got past anything" "" "$WORK/err"
fi
lacks "no panic in the log" 'panick' "$LOG"
stop "$CONTROLLER"
equal "SIGTERM after all that: exit status" 0 "$STATUS"
