"""WebSockets for a program without a WebSocket library: JSON lines to and from
`tickwire rpc`, which runs as its child.

    python3 examples/rpc/driver.py go run ./cmd/tickwire rpc --echo

prints what driver.txt holds.
"""

import json
import subprocess
import sys

tickwire = subprocess.Popen(
    sys.argv[1:] or ["tickwire", "rpc", "--echo"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
asked = 0


def call(action, **payload):
    """Asks for an action. Its answer is a line of its own, with this number."""
    global asked
    asked += 1
    print(json.dumps({"id": asked, "action": action, "payload": payload}), file=tickwire.stdin, flush=True)


for line in tickwire.stdout:
    message = json.loads(line)
    if "error" in message:
        print(f"answer {message['id']}: refused:", message["error"]["errMsg"])
        call("websocket-create", url=url, headers={"X-Driver": "Python"})
    elif "response" in message:
        print(f"answer {message['id']}:", message["response"])
    elif message["event"] == "echo-servers":
        url = message["payload"]["ws"]
        call("websocket-create", url=url, headers={"Referer": "https://game.example"})
    else:
        event = message["payload"]
        id, payload = event["id"], event["payload"]
        if event["name"] == "open":
            print(id, "is open, by", payload["headers"]["Upgrade"])
            call("websocket-send", id=id, type="text", data="Grüße aus Python")
        elif event["name"] == "message":
            print(id, "says", payload)
            if payload["type"] == "text":
                call("websocket-send", id=id, type="arraybuffer", data=list(b"\x00\x0a\xff"))
            else:
                call("websocket-close", id=id, code=4000, reason="seen enough")
        elif event["name"] == "error":
            print(id, "has an error:", payload["errMsg"])
        elif event["name"] == "close":
            print(id, "is closed:", payload)
            tickwire.stdin.close()  # the end of the input ends the program

sys.exit(tickwire.wait())
