#!/usr/bin/env bash
# TLS with the certificates of ovs-pki, plain and TLS side by side, switches that wait to be called
# (ptcp:, pssl:), who may connect, and what SIGHUP changes: on real Open vSwitch.
#
#   tests/real/transports.sh     (root; brings its own Open vSwitch, certificates and namespaces)

. "$(dirname "$0")/lib.sh"
own_world "$@"
begin
need ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl ovs-ofctl ovs-appctl ovs-pki openssl
need_ryu
. "$REAL/ovs_lib.sh"

PKI=$WORK/pki
OTHER=$WORK/other
CERTS=$WORK/certs
CONF=$WORK/ryu.toml
LOG=$WORK/controller.log
CONTROLLER=

# -- certificates ------------------------------------------------------------------------------

pki() {         # pki FOLDER: two CAs, as the manual of Open vSwitch makes them
    ovs-pki --dir="$1" --log="$WORK/pki.log" init >>"$WORK/pki.out" 2>&1 || die "ovs-pki init"
}

identity() {    # identity FOLDER NAME CA: NAME-privkey.pem and NAME-cert.pem in CERTS
    (cd "$CERTS" && ovs-pki --dir="$1" --log="$WORK/pki.log" -u req+sign "$2" "$3") \
        >>"$WORK/pki.out" 2>&1 || die "ovs-pki req+sign $2 $3"
}

expired() {     # expired NAME: signed by the switches' CA, for a year that has passed
    (
        cd "$CERTS" && ovs-pki --dir="$PKI" --log="$WORK/pki.log" req "$1" || exit
        cd "$PKI/switchca" && openssl ca -config ca.cnf -extensions usr_cert -batch \
            -startdate 20200101000000Z -enddate 20210101000000Z \
            -in "$CERTS/$1-req.pem" -out "$CERTS/$1-cert.pem"
    ) >>"$WORK/pki.out" 2>&1 || die "no expired certificate"
}

heading "certificates"
mkdir -p "$CERTS"
pki "$PKI"
pki "$OTHER"
identity "$PKI" ctl controller
identity "$PKI" sc switch
identity "$OTHER" foreign switch
expired late
cp "$PKI/switchca/cacert.pem" "$CERTS/ca.pem"
pass "ovs-pki made two families of them"

# -- the controller ----------------------------------------------------------------------------

TLS=(--ctl-privkey "$CERTS/ctl-privkey.pem" --ctl-cert "$CERTS/ctl-cert.pem"
    --ca-certs "$CERTS/ca.pem")

controller() {  # controller OPTION...
    start "$LOG" "$RYU_MANAGER" --config-file "$CONF" "$@" simple_switch_13
    CONTROLLER=$LAST_PID
}

end_controller() {
    stop "$CONTROLLER"
    equal "it ends with status 0 on SIGTERM" 0 "$STATUS"
    lacks "it logged no panic" 'panick' "$LOG"
}

refuses() {     # refuses NAME REGEX OPTION...: it does not start, and says why in one line
    local name=$1 regex=$2 out=$WORK/refused.log
    shift 2
    if timeout 10 "$RYU_MANAGER" "$@" simple_switch_13 >"$out" 2>&1; then
        fail "$name" "it ended with status 0" "$out"
    else
        has "$name" "$regex" "$out"
    fi
}

heading "what cannot be is said at the start"
: >"$CONF"
refuses "a missing key" 'TLS: cannot read .*none.pem: No such file' \
    --ctl-privkey "$CERTS/none.pem" --ctl-cert "$CERTS/ctl-cert.pem"
refuses "the key of another certificate" 'ctl-cert.pem: is not the certificate of the key' \
    --ctl-privkey "$CERTS/sc-privkey.pem" --ctl-cert "$CERTS/ctl-cert.pem"
refuses "a key without a certificate" 'option ctl-privkey: it needs ctl-cert' \
    --ctl-privkey "$CERTS/ctl-privkey.pem"
refuses "a TLS port without a certificate" 'ofp-ssl-listen-port: TLS needs' \
    --ofp-ssl-listen-port 6653
refuses "a list of ciphers that has none" 'TLS: there is no cipher suite "RC4-MD5"' \
    "${TLS[@]}" --ciphers RC4-MD5
refuses "an address that is not here" '192.0.2.1:6653.*no interface of this machine' \
    --ofp-listen-host 192.0.2.1

# -- switches ----------------------------------------------------------------------------------

bridge() {      # bridge NAME CONTROLLER
    vsctl add-br "$1" -- set bridge "$1" "datapath_type=$DATAPATH_TYPE" fail_mode=secure \
        protocols=OpenFlow13 other-config:disable-in-band=true || die "add-br $1"
    target "$1" "$2"
}

target() {      # target BRIDGE CONTROLLER
    vsctl set-controller "$1" "$2" -- set controller "$1" max_backoff=1000 \
        inactivity_probe=5000 || die "set-controller $1 $2"
}

table_miss() {  # the app has been at work on BRIDGE
    ovs-ofctl -O OpenFlow13 dump-flows "$1" | grep -q 'priority=0 actions=CONTROLLER'
}

both_connect() {
    if wait_for 15 connected s1 s2; then pass "$1"; else fail "$1" "not in 15 s" "$LOG"; fi
}

# said REGEX [COUNT]: the log has that line, COUNT times at least
said() { [ "$(grep -Ec -- "$1" "$LOG")" -ge "${2:-1}" ]; }
says() {        # says NAME REGEX [COUNT]
    if wait_for 10 said "$2" "${3:-1}"; then
        pass "$1"
    else
        fail "$1" "no line matches /$2/ ${3:-1} times" "$LOG"
    fi
}

knock() {       # knock NAME...: openssl as a switch with that certificate, or none
    local options=()
    [ $# -eq 0 ] || options=(-cert "$CERTS/$1-cert.pem" -key "$CERTS/$1-privkey.pem")
    # It stays until its input ends; the controller's hello is the first byte it prints.
    (sleep 2) | timeout 10 openssl s_client -quiet -connect 127.0.0.1:6653 \
        ${options[@]+"${options[@]}"} ${PROTOCOL:-} >"$WORK/knock.out" 2>"$WORK/knock.err"
    [ -s "$WORK/knock.out" ]
}

ovs_start_db
ovs_choose_datapath
ovs_start_switch
vsctl set-ssl "$CERTS/sc-privkey.pem" "$CERTS/sc-cert.pem" "$PKI/controllerca/cacert.pem" ||
    die "set-ssl"

heading "plain and TLS side by side"
controller "${TLS[@]}" --ofp-tcp-listen-port 6633 --ofp-ssl-listen-port 6653
wait_for 15 port_open 127.0.0.1 6653 || fail "it listens" "nothing there after 15 s" "$LOG"
has "the log says which port is for TLS" 'listening for OpenFlow on 0.0.0.0:6653 \(TLS\)' "$LOG"
has "and that the other is in the clear" 'OpenFlow on 0.0.0.0:6633 is not encrypted' "$LOG"
bridge s1 tcp:127.0.0.1:6633
bridge s2 ssl:127.0.0.1:6653
both_connect "a plain switch and one with a certificate connect"
for name in s1 s2; do check "$name is programmed" wait_for 10 table_miss $name; done

refuses "a second one says that the port is taken" \
    'cannot listen for OpenFlow on 0.0.0.0:6653: Address (already )?in use.*ss -lntup'

heading "who has no good certificate"
for PROTOCOL in -tls1_2 -tls1_3; do
    if knock; then fail "no certificate, $PROTOCOL" "it got a hello"; fi
    if knock late; then fail "expired, $PROTOCOL" "it got a hello"; fi
    if knock foreign; then fail "foreign, $PROTOCOL" "it got a hello"; fi
    check "a good one gets a hello, $PROTOCOL" knock sc
done
PROTOCOL=
says "no certificate: the reason" 'TLS handshake failed: .*no certificates' 2
says "expired: reason and certificate" 'certificate expired.*subject "[^"]*CN=late.*to 2021-01-01' 2
# ovs-pki gives the CAs of two families made within a second the same name.
says "foreign: reason and certificate" '(UnknownIssuer|BadSignature).*CN=foreign.*issuer .*serial ' 2
target s1 tcp:127.0.0.1:6653
says "a switch without TLS on the port for TLS" 'speaks OpenFlow without TLS.*give it ssl:'
target s1 ssl:127.0.0.1:6633
says "a switch with TLS on the port without" '127.0.0.1:[0-9]+.*(not OpenFlow|version)'
target s1 tcp:127.0.0.1:6633
both_connect "both are there again, or still"

heading "SIGHUP"
disconnects() { grep -c 's2<->ssl.*connection (closed|dropped|reset)' "$OVS_LOGDIR/ovs-vswitchd.log"; }
before=$(disconnects)
echo nonsense >"$CERTS/ca.pem"
kill -HUP "$CONTROLLER"
says "a bad file is named" 'ca.pem: there is no certificate in it.*stay as they were'
check "the CA of before holds" knock sc
cp "$OTHER/switchca/cacert.pem" "$CERTS/ca.pem"
kill -HUP "$CONTROLLER"
says "a good one is taken" 'certificates read again'
check "who was foreign may come" knock foreign
if knock sc; then fail "who was known may not"; else pass "who was known may not"; fi
check "the switch that is connected stays" connected s2
equal "and was never gone" "$before" "$(disconnects)"
cp "$PKI/switchca/cacert.pem" "$CERTS/ca.pem"
echo 'ofp_accept_deny = ["127.0.0.0/8"]' >"$CONF"
kill -HUP "$CONTROLLER"
says "rules of a file that has changed" 'who may connect has changed'
if knock sc; then fail "a denied address" "it got a hello"; else pass "a denied address is turned away"; fi
says "the log says why" 'connection from 127.0.0.1:[0-9]+ refused: its address is on the deny list'
check "both switches stay" connected s1 s2
echo 'ofp_accept_deny = ["127.0.0.1/8"]' >"$CONF"
kill -HUP "$CONTROLLER"
says "a slip is named" 'ofp-accept-deny: .*say 127.0.0.0/8.*stays as it was'
: >"$CONF"
kill -HUP "$CONTROLLER"
says "back to none" 'who may connect has changed' 2
check "and in again" knock sc
end_controller

heading "switches that wait to be called"
vsctl del-controller s1 -- del-controller s2
for name in s1 s2; do ovs-ofctl -O OpenFlow13 del-flows $name; done
controller "${TLS[@]}" --ofp-switch-address-list 127.0.0.1:6640,ssl:127.0.0.1:6641
says "it says that nobody is there" 'cannot connect to switch tcp:127.0.0.1:6640.*refused'
target s1 ptcp:6640
target s2 pssl:6641
for name in s1 s2; do check "$name is called and programmed" wait_for 15 table_miss $name; done
stop "$VSWITCHD_PID" KILL
sleep 0.5
ovs_start_switch
for name in s1 s2; do check "$name is called again after its end" wait_for 15 table_miss $name; done
end_controller
