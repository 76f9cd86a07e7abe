"""Our WebSockets as Python's two libraries see them (websocket-client, websockets), and as somebody does
who sends what no library would. Prints `ok<tab>name` or `bad<tab>name<tab>detail`.

The server: `ryu sim --topo linear,2 simple_switch_websocket_13 ws_topology`.
"""

import asyncio
import json
import os
import socket
import struct
import sys
import time

import websocket
import websockets

HOST, PORT = sys.argv[1], int(sys.argv[2])
SWITCH = f"ws://{HOST}:{PORT}/simpleswitch/ws"
TOPOLOGY = f"ws://{HOST}:{PORT}/v1.0/topology/ws"
CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "get_arp_table", "params": {}})


def said(is_right, name, detail=""):
    detail = str(detail).replace("\t", " ").replace("\n", " ")[:300]
    print(f"ok\t{name}" if is_right else f"bad\t{name}\t{detail}", flush=True)


def refused(name, status, **options):
    try:
        websocket.create_connection(SWITCH, timeout=5, **options).close()
        said(False, name, "it was let in")
    except websocket.WebSocketBadStatusException as error:
        said(error.status_code == status, name, error)


def answer_of(client):
    """The next answer to a call; packet-ins may come between."""
    while True:
        text = client.recv()
        if text.startswith(("{", "[")):
            return json.loads(text)


def with_websocket_client():
    client = websocket.create_connection(SWITCH, timeout=5, origin=f"http://{HOST}:{PORT}")
    client.send(CALL)
    answer = answer_of(client)
    said(answer["id"] == 1 and set(answer["result"]) == {"1", "2"}, "websocket-client: a call is answered", answer)
    # In three fragments, with a ping between them.
    third = len(CALL) // 3
    frames = [(0, websocket.ABNF.OPCODE_TEXT, CALL[:third]), (0, websocket.ABNF.OPCODE_CONT, CALL[third:2 * third]),
              (1, websocket.ABNF.OPCODE_CONT, CALL[2 * third:])]
    for final, opcode, text in frames:
        client.send_frame(websocket.ABNF(final, 0, 0, 0, opcode, 1, text.encode()))
        if not final:
            client.ping("there?")
    pongs = []
    while True:
        opcode, frame = client.recv_data_frame(True)
        if opcode == websocket.ABNF.OPCODE_PONG:
            pongs.append(frame.data)
        elif opcode == websocket.ABNF.OPCODE_TEXT and frame.data.startswith(b"{"):
            break
    said(pongs and set(pongs) == {b"there?"}, "websocket-client: fragments, and pings between them", pongs)
    client.send_close(1000, b"done")
    while True:
        opcode, frame = client.recv_data_frame(True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            break
    said(struct.unpack("!H", frame.data[:2])[0] == 1000, "websocket-client: closing is answered", frame.data)
    client.shutdown()
    refused("a page of elsewhere is refused", 403, origin="http://evil.example")
    refused("a host name of elsewhere is refused", 403, host="evil.example")
    said(websocket.create_connection(SWITCH, timeout=5, suppress_origin=True).connected, "a program without an origin is let in")


async def with_websockets():
    async with websockets.connect(SWITCH, compression="deflate") as client:
        said(not client.extensions, "websockets: compression is not agreed on", client.extensions)
        await client.send(json.dumps([json.loads(CALL), {"jsonrpc": "2.0", "id": 2, "method": "no_such"}]))
        while True:
            text = await asyncio.wait_for(client.recv(), 5)
            if text.startswith("["):
                break
        answers = json.loads(text)
        said([a["id"] for a in answers] == [1, 2] and answers[1]["error"]["code"] == -32601, "websockets: a batch", answers)
        took = await asyncio.wait_for(await client.ping(), 5)
        said(took is None or took >= 0, "websockets: a ping is answered")
    said(client.close_code == 1000, "websockets: closed in order", client.close_code)
    async with websockets.connect(SWITCH) as client:
        await client.send("x" * 70_000)
        try:
            while True:
                await asyncio.wait_for(client.recv(), 5)
        except websockets.ConnectionClosed:
            said(client.close_code == 1009, "websockets: a long message is refused", client.close_code)
    # 200 clients, one of which reads nothing at all.
    clients = await asyncio.gather(*(websockets.connect(TOPOLOGY) for _ in range(200)))
    said(all(client.open for client in clients), "200 clients are connected")
    began = time.monotonic()
    async with websockets.connect(SWITCH) as other:
        await other.send(CALL)
        while not (await asyncio.wait_for(other.recv(), 5)).startswith("{"):
            pass
    said(time.monotonic() - began < 2, "and one more is served", time.monotonic() - began)
    await asyncio.gather(*(client.close() for client in clients))


def raw(name, frame, code):
    """A frame that no library sends, and the code that it is answered with."""
    with socket.create_connection((HOST, PORT), timeout=5) as peer:
        key = "AAAAAAAAAAAAAAAAAAAAAA=="
        peer.sendall((f"GET /simpleswitch/ws HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(1)
        peer.sendall(frame)
        received = b""
        try:
            while piece := peer.recv(4096):
                received += piece
        except OSError as error:
            said(False, name, error)
            return
        found = received.find(b"\x88")
        got = struct.unpack("!H", received[found + 2:found + 4])[0] if found >= 0 else None
        said(got == code, name, f"{got}, {received[:40]}")


def hostile():
    raw("a frame without a mask: 1002", b"\x81\x02hi", 1002)
    raw("a reserved bit: 1002", b"\xc1\x80abcd", 1002)
    raw("a reserved opcode: 1002", b"\x83\x80abcd", 1002)
    raw("text that is not UTF-8: 1007", b"\x81\x82\x00\x00\x00\x00\xc3\x28", 1007)
    raw("a claim of 2^62 bytes: 1009", b"\x82\xff" + struct.pack("!Q", 1 << 62) + b"abcd", 1009)
    for seed in range(40):
        with socket.create_connection((HOST, PORT), timeout=5) as peer:
            peer.sendall((f"GET /simpleswitch/ws HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode())
            peer.sendall(os.urandom(400 + seed))
    client = websocket.create_connection(SWITCH, timeout=5)
    client.send(CALL)
    said(answer_of(client)["id"] == 1, "after forty connections of noise, it answers")
    client.close()


with_websocket_client()
asyncio.run(with_websockets())
hostile()
