"""Makes tests/vectors/packets.jsonl again.

    python-with-ryu tests/vectors/make_core_packets.py [python-with-scapy]

Frames are made by scapy 2.8 (the FRAMES below: one line for each) or by Ryu 4.34 itself (RYU);
Ryu reads every one of them. A line of the output is an object:

    name    what it is
    by      who made the bytes: "scapy" or "ryu"
    hex     the frame
    json    what Ryu's `to_jsondict` says of it
    text    what Ryu's `str` says of it
    ryu_hex what Ryu's `serialize` makes of that JSON, padding included; absent where it is the
            frame, or where Ryu fails
    differs why ours is another JSON than Ryu's (then `json` and `text` are not compared)

To add a protocol, add lines to FRAMES. The layers are scapy's; a name is used once.
"""
import json
import subprocess
import sys

ETH = "Ether(dst='00:00:00:00:00:02',src='02:00:00:00:00:01')"
IP = ETH + "/IP(src='10.0.0.1',dst='10.0.0.2',id=7)"
IP6 = ETH + "/IPv6(src='2001:db8::1',dst='2001:db8::2',fl=0x12345,tc=0x28)"

FRAMES = [
    # name, expression of scapy's
    ("arp request", "Ether(dst='ff:ff:ff:ff:ff:ff',src='02:00:00:00:00:01')/ARP(hwsrc='02:00:00:00:00:01',psrc='10.0.0.1',pdst='10.0.0.2')"),
    ("arp reply, padded", "Ether(dst='02:00:00:00:00:01',src='02:00:00:00:00:02')/ARP(op=2,hwsrc='02:00:00:00:00:02',psrc='10.0.0.2',hwdst='02:00:00:00:00:01',pdst='10.0.0.1')/Padding(b'\\0'*18)"),
    ("vlan", ETH + "/Dot1Q(vlan=100,prio=5,id=1)/IP(src='10.0.0.1',dst='10.0.0.2')/UDP(sport=5000,dport=5001)/b'hello'"),
    ("qinq", ETH + "/Dot1AD(vlan=200,prio=3)/Dot1Q(vlan=100)/IP(src='10.0.0.1',dst='10.0.0.2')/UDP(sport=5000,dport=5001)/b'hello'"),
    ("udp", IP + "/UDP(sport=5000,dport=5001)/b\"it's\\n\\x00bytes\""),
    ("udp, no checksum", IP + "/UDP(sport=5000,dport=5001,chksum=0)/b'x'"),
    ("udp, no payload", IP + "/UDP(sport=5000,dport=5001)"),
    ("udp over ipv6", IP6 + "/UDP(sport=5000,dport=5001)/b'odd'"),
    ("ipv4 options", ETH + "/IP(src='10.0.0.1',dst='10.0.0.2',options=[IPOption_RR(length=7,routers=['1.2.3.4']),IPOption_NOP()])/UDP(sport=5000,dport=5001)/b'x'"),
    ("ipv4, don't fragment, tos, wrong checksum", ETH + "/IP(src='10.0.0.1',dst='10.0.0.2',flags='DF',tos=0xb8,chksum=0x1234)/UDP(sport=5000,dport=5001)/b'x'"),
    ("ipv4, first fragment", ETH + "/IP(src='10.0.0.1',dst='10.0.0.2',flags='MF')/UDP(sport=5000,dport=5001,len=100,chksum=0x1111)/(b'x'*8)"),
    ("ipv4, protocol without a type", ETH + "/IP(src='10.0.0.1',dst='10.0.0.2',proto=253)/b'payload'"),
    ("tcp syn, options", IP + "/TCP(sport=40000,dport=80,flags='S',seq=1,options=[('MSS',1460),('SAckOK',b''),('Timestamp',(1,0)),('NOP',None),('WScale',7)])"),
    ("tcp sack", IP + "/TCP(sport=40000,dport=80,flags='A',seq=1,ack=2,options=[('NOP',None),('NOP',None),('SAck',(1,2,5,9))])/b'data'"),
    ("tcp, end of options, unknown", IP + "/TCP(sport=40000,dport=80,flags='PA',options=[(253,b'\\x01\\x02'),('UTO',0x8005),('EOL',None)])/b'data'"),
    ("tcp over ipv6", IP6 + "/TCP(sport=40000,dport=80,flags='FPUA',urgptr=3,window=512)/b'data'"),
    ("icmp echo request", IP + "/ICMP(id=1,seq=2)/b'abc'"),
    ("icmp echo reply, no data", IP + "/ICMP(type=0,id=1,seq=2)"),
    ("icmp destination unreachable", IP + "/ICMP(type=3,code=4,nexthopmtu=1400)/IP(src='10.0.0.2',dst='10.0.0.1')/UDP(sport=1,dport=2)"),
    ("icmp time exceeded", IP + "/ICMP(type=11)/IP(src='10.0.0.2',dst='10.0.0.1')/UDP(sport=1,dport=2)"),
    ("icmp redirect", IP + "/ICMP(type=5,code=1,gw='10.0.0.9')/b'12345678'"),
    ("ethernet type without a type", "Ether(dst='00:00:00:00:00:02',src='02:00:00:00:00:01',type=0x9999)/b'payload'"),
]

# Frames of which ours is another JSON than Ryu's, and why.
DIFFERS = {}

# name, how Ryu builds it
RYU = [
    ("lldp", "ethernet.ethernet('01:80:c2:00:00:0e','02:00:00:00:00:01',0x88cc)/lldp.lldp([lldp.ChassisID(subtype=7,chassis_id=b'dpid:1'),lldp.PortID(subtype=2,port_id=b'\\0\\0\\0\\7'),lldp.TTL(ttl=120),lldp.End()])"),
]

SCAPY = """
import sys
from scapy.all import *
for line in sys.stdin:
    print(bytes(eval(line)).hex(), flush=True)
"""


def frames(scapy):
    lines = "".join(expression + "\n" for _, expression in FRAMES)
    out = subprocess.run([scapy, "-c", SCAPY], input=lines, capture_output=True, text=True, check=True)
    for (name, _), text in zip(FRAMES, out.stdout.split()):
        yield name, "scapy", bytes.fromhex(text)
    from ryu.lib.packet import ethernet, lldp  # noqa: F401 (the expressions name them)
    for name, expression in RYU:
        packet = eval(expression)
        packet.serialize()
        yield name, "ryu", bytes(packet.data)


def main():
    scapy = sys.argv[1] if len(sys.argv) > 1 else "python3"
    from ryu.lib.packet import packet
    with open(__file__.replace("make_core_packets.py", "packets.jsonl"), "w", encoding="ascii") as out:
        for name, by, data in frames(scapy):
            read = packet.Packet(data)
            row = {"name": name, "by": by, "hex": data.hex(), "json": read.to_jsondict(), "text": str(read)}
            try:
                again = packet.Packet.from_jsondict(
                    {"protocols": [p for p in row["json"]["Packet"]["protocols"] if isinstance(p, dict)]})
                for layer in read.protocols:
                    if isinstance(layer, (bytes, bytearray)):
                        again.add_protocol(layer)
                again.serialize()
                if bytes(again.data) != data:
                    row["ryu_hex"] = bytes(again.data).hex()
            except Exception as error:  # Ryu cannot read its own JSON: what it raises is of no interest
                row["ryu_fails"] = type(error).__name__
            if name in DIFFERS:
                row["differs"] = DIFFERS[name]
            out.write(json.dumps(row, sort_keys=True) + "\n")


main()
