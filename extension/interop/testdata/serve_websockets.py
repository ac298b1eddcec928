import asyncio
import os
import ssl
import sys
from urllib.parse import unquote

import websockets

DIGITS = "0123456789" * 5000


async def serve_one(socket, *_):
    path = getattr(socket, "path", None) or socket.request.path
    what, *rest = unquote(path).strip("/").split("/")
    try:
        if what == "echo":
            async for message in socket:
                await socket.send(message)
        elif what == "close":
            await socket.close(int(rest[0]), rest[1])
        elif what == "fragments":
            await socket.send([DIGITS[:1], DIGITS[1:30000], "", DIGITS[30000:]])
        elif what == "ping":
            await (await socket.ping("are you there"))
            await socket.send("pong: are you there")
        await socket.wait_closed()
    except websockets.ConnectionClosed:
        pass
    print("closed", socket.close_code, socket.close_reason, flush=True)


async def main():
    context = None
    if os.environ.get("KEY"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
        if os.environ.get("CLIENTS"):
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(os.environ["CLIENTS"])
    async with websockets.serve(serve_one, "127.0.0.1", 0, ssl=context, subprotocols=["chat"], max_size=4 << 20) as server:
        print("listening", list(server.sockets)[0].getsockname()[1], flush=True)
        # Ends with its standard input.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        os._exit(0)


asyncio.run(main())
