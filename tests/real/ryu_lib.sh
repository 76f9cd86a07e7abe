# shellcheck shell=bash
# Ryu 4.34 in an environment of its own (after lib.sh): its codec for the step `ryu`, all of
# `ryu-manager` for the step `rest`. Made once, with the network, under the target folder.

# The last versions that install and import together. Its setup needs an old setuptools.
RYU_TOOLS=('setuptools==57.5.0' 'wheel' 'pbr')
RYU_CODEC=('six' 'netaddr' 'oslo.config' 'packaging')
RYU_SERVER=('eventlet==0.33.3' 'msgpack' 'routes' 'webob' 'tinyrpc==1.0.4' 'ovs')
RYU_RELEASE=ryu==4.34

# make_ryu FOLDER PACKAGES...: says on its last line why it could not.
make_ryu() {
    local folder=$1 python=/usr/bin/python3
    shift
    [ -x "$python" ] || python=python3
    command -v "$python" >/dev/null || { echo "no python3"; return 1; }
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        { echo "python3 has no venv (package python3-venv)"; return 1; }
    rm -rf "$folder"
    timeout 120 "$python" -m venv "$folder" || { echo "python3 -m venv failed"; return 1; }
    timeout 300 "$folder/bin/pip" install -q --retries 1 "${RYU_TOOLS[@]}" "$@" ||
        { echo "pip could not install $*: no network?"; return 1; }
    timeout 300 "$folder/bin/pip" install -q --retries 1 --no-build-isolation --no-deps "$RYU_RELEASE" ||
        { echo "pip could not install $RYU_RELEASE"; return 1; }
}
