"""Where Ryu 4.34 reads a packet without complaint and wrongly: family, packet's name, why."""

WRONG = {}
