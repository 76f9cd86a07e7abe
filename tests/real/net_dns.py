"""Name servers that are slow or silent, for net.sh.

    python3 net_dns.py slow ADDRESS PORT SERVER-PORT MILLISECONDS
    python3 net_dns.py silent ADDRESS PORT

`slow` hands every question on to the server on 127.0.0.1, and its answer back, each answer so
many milliseconds late; over TCP likewise. `silent` takes questions and never answers. Both print
a line for each question.
"""

import asyncio
import sys

KIND, ADDRESS, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])


class Relay(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        print("question from", peer, flush=True)
        if KIND == "slow":
            asyncio.ensure_future(self.relay(data, peer))

    async def relay(self, data, peer):
        loop = asyncio.get_running_loop()
        answer = loop.create_future()

        class Once(asyncio.DatagramProtocol):
            def datagram_received(self, data, _):
                if not answer.done():
                    answer.set_result(data)

        server = ("127.0.0.1", int(sys.argv[4]))
        transport, _ = await loop.create_datagram_endpoint(Once, remote_addr=server)
        transport.sendto(data)
        data = await answer
        transport.close()
        await asyncio.sleep(int(sys.argv[5]) / 1000)
        self.transport.sendto(data, peer)


async def over_tcp(reader, writer):
    print("tcp question", flush=True)
    server = await asyncio.open_connection("127.0.0.1", int(sys.argv[4]))
    length = await reader.readexactly(2)
    server[1].write(length + await reader.readexactly(int.from_bytes(length, "big")))
    length = await server[0].readexactly(2)
    answer = length + await server[0].readexactly(int.from_bytes(length, "big"))
    await asyncio.sleep(int(sys.argv[5]) / 1000)
    writer.write(answer)
    await writer.drain()
    writer.close()
    server[1].close()


async def main():
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Relay, local_addr=(ADDRESS, PORT))
    if KIND == "slow":
        await asyncio.start_server(over_tcp, ADDRESS, PORT)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
