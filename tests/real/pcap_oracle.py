#!/usr/bin/env python3
"""pcap files written and read by Ryu 4.34's pcaplib: prints tests/vectors/pcap_ryu.jsonl.

    RYU_PYTHON tests/real/pcap_oracle.py >tests/vectors/pcap_ryu.jsonl

tests/captures.rs reads it."""

import io
import json

from ryu.lib import pcaplib


class File(io.BytesIO):
    def close(self):
        """Ryu closes what it was given; the bytes are still wanted."""


for snap_len, link in ((65535, 1), (4, 101)):
    file = File()
    writer = pcaplib.Writer(file, snaplen=snap_len, network=link)
    # Ryu forgets how long a packet was that it cuts, so none is.
    for time, size in ((1700000000.25, 4), (1.000001, 0), (4294967295.5, min(60, snap_len))):
        writer.write_pkt(bytes(range(size)), time)
    made = file.getvalue()
    read = [[time, data.hex()] for time, data in pcaplib.Reader(File(made))]
    print(json.dumps({"snap_len": snap_len, "link": link, "hex": made.hex(), "read": read}))
