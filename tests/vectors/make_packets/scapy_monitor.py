"""OpenFlow inside TCP as scapy makes it; BMP and Zebra (unknown to scapy) typed from the specifications."""

from scapy.contrib import openflow, openflow3

from scapy_kit import MADE_BY, raw, tcp4

__all__ = ["MADE_BY", "packets"]
PEER = "00 00 0000000000000000" + "00" * 12 + "c000020b 0000fde9 c000020b 65000000 00000000"


def bmps():
    def message(kind, body):
        data = bytes.fromhex(body)
        return bytes([3]) + (6 + len(data)).to_bytes(4, "big") + bytes([kind]) + data

    yield "bmp/initiation_empty_string", message(4, "0000 0000 0002 0001 61")
    yield "bmp/termination_reason", message(5, "0001 0002 0000")
    yield "bmp/statistics_none", message(1, PEER + "00000000")
    yield "bmp/statistics_unknown", message(1, PEER + "00000001 00c8 0004 00000007")
    yield "bmp/end_of_rib", message(0, PEER + "ff" * 16 + "0017 02 0000 0000")
    yield "bmp/two_messages", message(4, "0002 0001 61") + message(5, "0001 0002 0000")


def openflows():
    yield "openflow/hello_1_0", tcp4(40001, 6653) / openflow.OFPTHello(xid=5)
    yield "openflow/echo_1_0", tcp4(6653, 40001) / openflow.OFPTEchoRequest(xid=5)
    yield "openflow/features_reply_1_3", tcp4(40001, 6653) / openflow3.OFPTFeaturesReply(xid=6, datapath_id=1, n_tables=254)
    yield "openflow/hello_1_3", tcp4(40001, 6653) / openflow3.OFPTHello(xid=7)
    yield "openflow/split", tcp4(40001, 6653) / raw("040e0050 00000001 00000000")


def zebras():
    yield "zebra/v3/unknown_command", tcp4(40001, 2600) / raw("000b ff 03 0000 00c8 010203")
    yield "zebra/v3/hello", tcp4(40001, 2600) / raw("0009 ff 03 0000 0017 09")


def packets():
    for name, data in bmps():
        yield f"scapy/{name}", "bmp", data
    for part in (openflows, zebras):
        for name, packet in part():
            yield f"scapy/{name}", "ethernet", bytes(packet)
