"""A real SMTP server for the tests. It accepts mail and prints each message as one line of JSON.

Arguments: `HOST:PORT`; and for TLS `starttls` or `smtps` with a certificate and its key, which also asks for the
user `me@example.org` with the password `p:w/d@`. Commands on standard input change how it behaves: `accept`, `refuse CODE`, `slow SECONDS`.
"""
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# Tests disconnect clients on purpose, so do not log that.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


class Handler:
    refusal = None
    pause = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusal:
            return f"{self.refusal} not now, {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
        received = {
            "to": envelope.rcpt_tos,
            "utf8": bool(envelope.smtp_utf8),
            "tls": session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
        }
        print(json.dumps(received), flush=True)
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"me@example.org", b"p:w/d@"))


async def main():
    handler = Handler()
    loop = asyncio.get_running_loop()
    address, *tls = sys.argv[1:]
    host, port = address.rsplit(":", 1)
    options, context = {}, None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls[1], tls[2])
        options = {"auth_required": True, "authenticator": check}
        if tls[0] == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
            context = None
        else:
            options |= {"auth_require_tls": False}
    server = await loop.create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop, ident="tests", **options),
        host,
        int(port),
        ssl=context,
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    # The input ends when the tests that started this exit.
    while line := (await commands.readline()).decode().split():
        if line[0] == "refuse":
            handler.refusal = line[1]
        elif line[0] == "slow":
            handler.pause = float(line[1])
        else:
            handler.refusal, handler.pause = None, 0.0
        print(json.dumps({"done": line}), flush=True)


asyncio.run(main())
