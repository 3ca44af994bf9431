"""A mailbox for tests: a server that speaks as much IMAP over TLS as reading bounces needs."""

import datetime as dt
import re
import socketserver
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "bounces@assoc.test", "invented password"


class Mailbox:
    """The server; letters are numbered from 1 in the order they were put. `seen` are those marked as read."""

    def __init__(self, folder: Path) -> None:
        self.letters: list[bytes] = []
        self.seen: set[int] = set()
        self.port = 0
        self.certificate = folder / "certificate.pem"
        _write_certificate(self.certificate)
        self._server: socketserver.ThreadingTCPServer | None = None

    def put(self, letter: str | bytes) -> int:
        """Put a letter into the mailbox; its number."""
        self.letters.append(letter.encode() if isinstance(letter, str) else letter)
        return len(self.letters)

    def settings(self) -> dict[str, str]:
        """The settings that make the product read this mailbox, and trust it."""
        return {
            "BOUNCES_HOST": "localhost", "BOUNCES_PORT": str(self.port), "BOUNCES_USER": USER,
            "BOUNCES_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(self.certificate),
        }  # fmt: skip

    def __enter__(self) -> Self:
        owner, context = self, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)

        class Talk(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                _talk(owner, self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def unseen_machines(self) -> list[int]:
        """What the product's search finds: unread letters of machines."""
        marks = re.compile(
            rb"^(content-type:\s*multipart/report|x-failed-recipients:.*@|from:.*(mailer-daemon|postmaster))",
            re.IGNORECASE | re.MULTILINE,
        )
        found = enumerate(self.letters, start=1)
        return [number for number, letter in found if number not in self.seen and marks.search(letter)]


def _talk(mailbox: Mailbox, talk: socketserver.StreamRequestHandler) -> None:
    def say(line: str) -> None:
        talk.wfile.write(line.encode() + b"\r\n")

    say("* OK ready")
    for raw in talk.rfile:
        tag, _, rest = raw.decode().rstrip("\r\n").partition(" ")
        verb, _, told = rest.partition(" ")
        match verb.upper():
            case "CAPABILITY":
                say("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
            case "LOGIN":
                if told != f'{USER} "{PASSWORD}"':
                    say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                    continue
            case "SELECT":
                if told != '"INBOX"':
                    say(f"{tag} NO no such folder")
                    continue
                say(f"* {len(mailbox.letters)} EXISTS")
            case "UID":
                _uid(mailbox, talk, told, say)
            case "LOGOUT":
                say("* BYE")
                say(f"{tag} OK done")
                return
        say(f"{tag} OK done")


def _uid(mailbox: Mailbox, talk: socketserver.StreamRequestHandler, told: str, say: object) -> None:
    assert callable(say)
    verb, _, rest = told.partition(" ")
    if verb == "SEARCH":
        assert rest.startswith("UNSEEN ")
        say(" ".join(["* SEARCH", *map(str, mailbox.unseen_machines())]))
        return
    number, _, what = rest.partition(" ")
    if verb == "STORE":
        assert what == r"+FLAGS (\Seen)"
        mailbox.seen.add(int(number))
        say(rf"* {number} FETCH (UID {number} FLAGS (\Seen))")
        return
    cut = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", what)
    assert cut is not None
    content = mailbox.letters[int(number) - 1][: int(cut[1])]
    say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}")
    talk.wfile.write(content)
    say(")")


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
