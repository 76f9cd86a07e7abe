"""Ryu's parser and serializer on the messages of the codec bench.

Reads lines "NAME parse|serialize HEX" and answers "NAME NANOSECONDS", the best of several rounds, as
the bench on the other side does. Started by benches/ofproto.rs with the Python of RYU_PYTHON, which
needs Ryu 4.34.
"""
import logging
import sys
import time

from ryu.ofproto import ofproto_parser, ofproto_protocol

logging.disable(logging.CRITICAL)


def best(call):
    """Nanoseconds of one call: the best of nine rounds of about 50 ms."""
    start = time.perf_counter()
    call()
    once = max(time.perf_counter() - start, 1e-6)
    count = max(1, int(0.05 / once))
    rounds = []
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(count):
            call()
        rounds.append((time.perf_counter() - start) / count)
    return min(rounds) * 1e9


def parser(data):
    version, msg_type, length, xid = ofproto_parser.header(data)
    datapath = ofproto_protocol.ProtocolDesc(version)

    def call():
        message = ofproto_parser.msg(datapath, version, msg_type, length, xid, data)
        assert message is not None
        return message

    return call


def serializer(data):
    """Writes again what the bytes say, built once: the work of `serialize` alone."""
    message = parser(data)()
    datapath, ofproto_parser_of = message.datapath, message.datapath.ofproto_parser
    if hasattr(message, 'instructions'):
        built = ofproto_parser_of.OFPFlowMod(
            datapath, match=message.match, instructions=message.instructions, priority=message.priority)
    else:
        built = ofproto_parser_of.OFPFlowMod(
            datapath, match=message.match, cookie=message.cookie, command=message.command,
            priority=message.priority, actions=message.actions)

    def call():
        built.buf = None
        built.serialize()

    call()
    assert len(built.buf) == len(data), (len(built.buf), len(data))
    return call


def main():
    for line in sys.stdin:
        name, kind, text = line.rsplit(' ', 2)
        make = {'parse': parser, 'serialize': serializer}[kind]
        print(name, round(best(make(bytes.fromhex(text)))), flush=True)


main()
