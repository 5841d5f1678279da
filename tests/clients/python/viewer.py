"""A python-socketio client with a log of messages, and waits with a deadline."""

import asyncio

import socketio

DEADLINE = 10

TRANSPORTS = {
    "websocket": ["websocket"],
    "polling": ["polling"],
    "upgrade": ["polling", "websocket"],
}

MESSAGES = ["score", "pong", "exception"]


class Viewer:
    """Entries of `log` are `(name, arguments)`; an answer's name is `answer to <message>`."""

    def __init__(self, namespace="/"):
        self.namespace = namespace
        self.log = []
        self.arrived = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False)
        for name in MESSAGES:
            self.client.on(name, self._listener(name), namespace=namespace)
        self.refusals = []
        self.client.on("connect_error", self.refusals.append, namespace=namespace)

    def _listener(self, name):
        # Not a coroutine: each would run as a separate task, and the order of arrival matters.
        def listen(*arguments):
            self._note(name, arguments)

        return listen

    def _note(self, name, arguments):
        self.log.append((name, arguments))
        self.arrived.set()

    async def connect(self, url, mode, auth=None, query=""):
        await self.client.connect(
            url + query,
            transports=TRANSPORTS[mode],
            auth=auth,
            namespaces=[self.namespace],
            wait_timeout=DEADLINE,
        )
        return self

    async def close(self):
        await self.client.disconnect()

    @property
    def transport(self):
        return self.client.transport()

    async def ask(self, name, payload=None):
        """Sends with an acknowledgement and returns the answer."""
        answered = asyncio.get_running_loop().create_future()

        def answer(value):
            self._note(f"answer to {name}", (value,))
            answered.set_result(value)

        await self.client.emit(name, payload, namespace=self.namespace, callback=answer)
        return await asyncio.wait_for(answered, DEADLINE)

    async def send(self, name, payload=None):
        await self.client.emit(name, payload, namespace=self.namespace)

    def all(self, name):
        return [arguments for known, arguments in self.log if known == name]

    async def message(self, name, count=1):
        """Waits for the `count`th message `name` and returns its arguments."""
        async with asyncio.timeout(DEADLINE):
            while len(self.all(name)) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.all(name)[count - 1]

    async def settled(self):
        """Returns once everything sent to this client so far has arrived."""
        await self.ask("heartbeat", {})
