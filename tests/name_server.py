"""A name server on loopback, UDP and TCP, that answers, refuses, fails or is silent by name."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

SOA = "ns.example. admin.example. 1 3600 600 86400 {minimum}"


class No(Enum):
    """What a name is answered with instead of addresses."""

    NAME = dns.rcode.NXDOMAIN
    ADDRESS = dns.rcode.NOERROR
    LUCK = dns.rcode.SERVFAIL
    LEAVE = dns.rcode.REFUSED
    WORD = -1  # silence
    SENSE = -2  # bytes that are no answer


Reply = tuple[str, ...] | No


@dataclass
class NameServer:
    """A running server.

    Attributes:
        replies: Addresses of both families, or why there are none, by name; a list is gone
            through, and its last one stays. Any other name is unknown.
        ttl: Of addresses.
        minimum: How long the zone says that a name's absence may be kept.
        only_tcp: Whether answers over UDP are cut, so that the question comes again over TCP.
        address: `IP:PORT`.
        asked: Name and type of every question over UDP, in their order.
        asked_tcp: Likewise over TCP.
    """

    replies: Mapping[str, Reply | list[Reply]]
    ttl: int = 300
    minimum: int = 300
    only_tcp: bool = False
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    asked_tcp: list[tuple[str, str]] = field(default_factory=list)

    def times(self, name: str) -> int:
        """Returns how often the IPv4 addresses of `name` were asked for over UDP."""
        return self.asked.count((name, "A"))

    def answer(self, wire: bytes, log: list[tuple[str, str]], *, is_cut: bool) -> bytes | None:
        """Returns the answer to a question, or None for silence."""
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        log.append((name, kind))
        reply = self._reply(name, kind)
        if reply is No.WORD:
            return None
        if reply is No.SENSE:
            return wire[:2] + b"\x81\x80" + b"\xff" * 40
        response = dns.message.make_response(question, recursion_available=True)
        if is_cut:
            response.flags |= dns.flags.TC
        else:
            self._fill(response, name, kind, reply)
        return response.to_wire()

    def _reply(self, name: str, kind: str) -> Reply:
        found = self.replies.get(name, No.NAME)
        if isinstance(found, list):
            return found[min(self.asked.count((name, kind)), len(found)) - 1]
        return found

    def _fill(self, response: dns.message.Message, name: str, kind: str, reply: Reply) -> None:
        addresses = () if isinstance(reply, No) else reply
        if found := [address for address in addresses if (":" in address) == (kind == "AAAA")]:
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", kind, *found))
            return
        response.set_rcode(reply.value if isinstance(reply, No) else dns.rcode.NOERROR)
        if reply not in (No.LUCK, No.LEAVE):
            soa = SOA.format(minimum=self.minimum)
            response.authority.append(dns.rrset.from_text(".", self.minimum, "IN", "SOA", soa))


@contextmanager
def serve_names(
    replies: Mapping[str, Reply | list[Reply]],
    *,
    ttl: int = 300,
    minimum: int = 300,
    only_tcp: bool = False,
) -> Iterator[NameServer]:
    """Serves `replies` until the block ends; the arguments are those of `NameServer`."""
    server = NameServer(replies, ttl, minimum, only_tcp)

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, connection = self.request
            if found := server.answer(wire, server.asked, is_cut=only_tcp):
                connection.sendto(found, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while size := self.rfile.read(2):
                wire = self.rfile.read(int.from_bytes(size, "big"))
                if found := server.answer(wire, server.asked_tcp, is_cut=False):
                    self.wfile.write(len(found).to_bytes(2, "big") + found)

    udp, tcp = _open_both(Udp, Tcp)
    server.address = f"127.0.0.1:{udp.server_address[1]}"
    with udp, tcp:
        threads = [threading.Thread(target=s.serve_forever, args=(0.01,)) for s in (udp, tcp)]
        for thread in threads:
            thread.start()
        try:
            yield server
        finally:
            udp.shutdown()
            tcp.shutdown()
            for thread in threads:
                thread.join()


def _open_both(
    udp: type[socketserver.BaseRequestHandler], tcp: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.UDPServer, socketserver.TCPServer]:
    """Returns servers at the same port, which the other protocol may have lent to a test beside."""
    while True:
        first = socketserver.UDPServer(("127.0.0.1", 0), udp)
        try:
            return first, _Tcp(first.server_address, tcp)
        except OSError:
            first.server_close()


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
