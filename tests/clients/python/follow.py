"""Follows one event and writes each message as a line of JSON: name and arguments."""

import asyncio
import json
import os
import sys

import socketio


def write(*message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def main():
    client = socketio.AsyncClient(reconnection=False)
    # Not a coroutine: each would run as a separate task, and the order of arrival matters.
    client.on("score", lambda *arguments: write("score", *arguments))
    await client.connect(os.environ["TOUCHLINE_URL"], transports=["websocket"], wait_timeout=10)
    write("joined", await client.call("join", {"eventId": os.environ["TOUCHLINE_EVENT"]}, timeout=10))
    await client.wait()


asyncio.run(main())
