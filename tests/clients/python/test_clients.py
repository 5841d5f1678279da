"""python-socketio against the server that TOUCHLINE_URL names, with an administrator's TOUCHLINE_TOKEN.

The server is started by ../python.test.js, once for each database.
"""

import os
import unittest
import uuid

import socketio
from viewer import Viewer

URL = os.environ["TOUCHLINE_URL"]
TOKEN = os.environ["TOUCHLINE_TOKEN"]
UPDATES = int(os.environ.get("CLIENT_UPDATES", "60"))


class Sentences:
    """Tests for every transport; each class below sets one."""

    mode = ""

    async def asyncSetUp(self):
        self.feed = await self.open(namespace="/admin", auth={"token": TOKEN})
        self.event = f"match-{uuid.uuid4()}"
        await self.ok("event:create", {"eventId": self.event, "sport": "chess", "title": "White v Black"})
        await self.ok("event:status", {"eventId": self.event, "status": "live"})

    async def open(self, namespace="/", auth=None, query=""):
        viewer = Viewer(namespace)
        await viewer.connect(URL, self.mode, auth, query)
        self.addAsyncCleanup(viewer.close)
        return viewer

    async def ok(self, name, payload):
        answer = await self.feed.ask(name, payload)
        self.assertIs(answer["ok"], True, answer)
        return answer

    async def score(self, data):
        return await self.ok("score", {"eventId": self.event, "data": data, "opId": str(uuid.uuid4())})

    async def test_connects_over_its_transport(self):
        viewer = await self.open()
        await viewer.settled()
        self.assertEqual(viewer.transport, "polling" if self.mode == "polling" else "websocket")

    async def test_join_is_answered_and_no_state_follows_where_nothing_was_scored(self):
        viewer = await self.open()
        answer = await viewer.ask("join", {"eventId": self.event})
        self.assertEqual((answer["ok"], answer["eventId"], answer["seq"], answer["recovered"]), (True, self.event, 0, False))
        self.assertIsInstance(answer["viewerId"], str)
        self.assertNotIn(":", answer["epoch"])
        self.assertEqual(answer["event"]["status"], "live")
        self.assertGreaterEqual(answer["viewers"]["total"], 1)
        await viewer.settled()
        self.assertEqual(viewer.all("score"), [])

    async def test_the_snapshot_follows_the_answer(self):
        await self.score({"move": {"san": "e4", "by": "é🔥"}, "note": "x"})
        await self.score({"move": {"san": "e5"}, "note": None})
        viewer = await self.open()
        answer = await viewer.ask("join", self.event)
        data, meta = await viewer.message("score")
        self.assertEqual(data, {"move": {"san": "e5", "by": "é🔥"}})
        self.assertIsInstance(meta.pop("at"), int)
        self.assertEqual(meta, {"eventId": self.event, "epoch": answer["epoch"], "seq": 2, "kind": "snapshot"})
        self.assertEqual([name for name, _ in viewer.log], ["answer to join", "score"])

    async def test_every_update_arrives_once_in_order_and_intact(self):
        viewer = await self.open()
        await viewer.ask("join", {"eventId": self.event})
        sent = [{"n": n, "text": 'é🔥 "\\ \n'} for n in range(UPDATES)]
        for data in sent:
            await self.score(data)
        await viewer.message("score", UPDATES)
        await viewer.settled()
        seen = viewer.all("score")
        self.assertEqual([data for data, _ in seen], sent)
        self.assertEqual([meta["seq"] for _, meta in seen], list(range(1, UPDATES + 1)))
        self.assertEqual({meta["kind"] for _, meta in seen}, {"update"})

    async def test_after_leave_no_update_comes_and_since_brings_what_was_missed(self):
        viewer = await self.open()
        await viewer.ask("join", {"eventId": self.event})
        first = await self.score({"n": 1})
        await viewer.message("score")
        self.assertEqual(await viewer.ask("leave", {"eventId": self.event}), {"ok": True})
        await self.score({"n": 2})
        await viewer.settled()
        self.assertEqual(len(viewer.all("score")), 1)
        await viewer.close()

        again = await self.open()
        since = {"epoch": first["epoch"], "seq": first["seq"]}
        answer = await again.ask("join", {"eventId": self.event, "since": since})
        self.assertIs(answer["recovered"], True)
        data, meta = await again.message("score")
        self.assertEqual((data, meta["kind"], meta["seq"]), ({"n": 2}, "update", 2))

    async def test_an_event_at_connect_joins_by_itself(self):
        await self.score({"n": 1})
        for way in ({"auth": {"eventId": self.event}}, {"query": f"?eventId={self.event}"}):
            viewer = await self.open(**way)
            data, meta = await viewer.message("score")
            self.assertEqual((data, meta["kind"]), ({"n": 1}, "snapshot"))

    async def test_ping_and_heartbeat(self):
        viewer = await self.open()
        for count, name in enumerate(("ping", "heartbeat"), start=1):
            answer = await viewer.ask(name)
            self.assertIs(answer["ok"], True)
            self.assertIsInstance(answer["now"], int)
            await viewer.send(name)
            (pong,) = await viewer.message("pong", count)
            self.assertIsInstance(pong["now"], int)

    async def test_a_request_for_the_score(self):
        scored = await self.score({"n": 1})
        viewer = await self.open()
        await viewer.ask("join", {"eventId": self.event})
        answer = await viewer.ask("score", {"eventId": self.event})
        self.assertEqual(answer, {"ok": True, "epoch": scored["epoch"], "seq": 1})
        data, meta = await viewer.message("score", 2)
        self.assertEqual((data, meta["kind"]), ({"n": 1}, "snapshot"))

    async def test_errors_are_answers_or_exceptions(self):
        viewer = await self.open()
        wrong = [
            ("join", {"eventId": "nothing-here"}, "not_found"),
            ("join", {"eventId": "a/b"}, "bad_request"),
            ("join", {}, "bad_request"),
            ("nonsense", {}, "unknown_message"),
        ]
        for name, payload, code in wrong:
            answer = await viewer.ask(name, payload)
            self.assertEqual((answer["ok"], answer["error"]["code"]), (False, code))
            await viewer.send(name, payload)
        await viewer.message("exception", len(wrong))
        seen = [(told["event"], told["error"]["code"]) for (told,) in viewer.all("exception")]
        self.assertEqual(seen, [(name, code) for name, _, code in wrong])

    async def test_admin_wants_a_token(self):
        for auth in (None, {"token": "wrong"}):
            viewer = Viewer("/admin")
            self.addAsyncCleanup(viewer.close)
            with self.assertRaises(socketio.exceptions.ConnectionError):
                await viewer.connect(URL, self.mode, auth)
            (refusal,) = viewer.refusals
            self.assertEqual(refusal["message"], "unauthenticated")


class OverWebSocket(Sentences, unittest.IsolatedAsyncioTestCase):
    mode = "websocket"


class OverPolling(Sentences, unittest.IsolatedAsyncioTestCase):
    mode = "polling"


class WithUpgrade(Sentences, unittest.IsolatedAsyncioTestCase):
    mode = "upgrade"


if __name__ == "__main__":
    unittest.main(verbosity=2)
