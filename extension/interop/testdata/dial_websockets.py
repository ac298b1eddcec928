"""A client against the server at argv[1]; argv[2] is "compressed" or "plain".

It prints a line for each thing that it saw, as dial.js does."""
import asyncio
import os
import ssl
import sys

import websockets

url, mode = sys.argv[1:3]
context = ssl.create_default_context(cafile=os.environ["CA"]) if os.environ.get("CA") else None
SIZES = [1, 0, 125, 126, 127, 1000, 65535, 65536, 65537, 300000, 1 << 20, 5]


def connect(path):
    return websockets.connect(url + path, subprotocols=["chat"], ssl=context, max_size=4 << 20,
                              compression="deflate" if mode == "compressed" else None)


async def closed(path):
    async with connect(path) as socket:
        await asyncio.wait_for(socket.wait_closed(), 20)
        return socket.close_code, socket.close_reason


async def main():
    async with connect("/echo") as socket:
        print("open", socket.subprotocol)
        right = 0
        want = []
        for i, n in enumerate(SIZES):
            want += [chr(97 + i) * max(0, n - 2) + ("ü" if n > 1 else "x" if n else ""), (bytes([0, 255, i]) * n)[:n]]

        async def send():
            for one in want:
                await socket.send(one)
        sending = asyncio.ensure_future(send())
        for one in want:
            right += await asyncio.wait_for(socket.recv(), 20) == one
        await sending
        await socket.close(3001, "done ü")
        print("echoed", "all" if right == len(want) else right)
        print("closed by us", socket.close_code)
    print("closed by it", *await closed("/close/4001/bye%20now"))
    print("closed without a word", (await closed("/go"))[0])
    async with connect("/ping") as socket:
        pong = await socket.ping("are you there")
        await asyncio.wait_for(pong, 20)
        print("pinged", await asyncio.wait_for(socket.recv(), 20))


asyncio.run(main())
