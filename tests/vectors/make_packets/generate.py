"""generate.py MODULE: prints the packets of one module (ryu_l2, scapy_l2, ...) as JSON lines."""

import importlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

module = importlib.import_module(sys.argv[1])
for name, first, data in module.packets():
    line = {"name": name, "made_by": module.MADE_BY, "first": first, "hex": bytes(data).hex()}
    print(json.dumps(line))
