"""Ryu's packet library on the frame of the packet bench.

Reads lines "parse|serialize HEX" and answers nanoseconds, the best of several rounds, as the bench on
the other side does. Started by benches/packet.rs with the Python of RYU_PYTHON, which needs Ryu 4.34.
"""
import sys
import time

from ryu.lib.packet import packet, tcp


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
    def call():
        header = packet.Packet(data).get_protocol(tcp.tcp)
        return header.src_port, header.dst_port

    assert call() == (40000, 80)
    return call


def serializer(data):
    """Writes the layers that the bytes say, built once: the work of `serialize` alone."""
    built = packet.Packet(data)
    ip, segment = built.protocols[1], built.protocols[2]

    def call():
        # What Ryu computes where it is 0.
        ip.total_length = segment.csum = 0
        built.serialize()

    call()
    assert bytes(built.data) == data
    return call


def main():
    for line in sys.stdin:
        kind, text = line.split()
        make = {'parse': parser, 'serialize': serializer}[kind]
        print(round(best(make(bytes.fromhex(text)))), flush=True)


main()
