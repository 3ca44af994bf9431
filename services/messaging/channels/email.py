"""E-mail by SMTP, with an eye on the one moment that matters: whether the server may have taken the letter.

smtplib's own `sendmail` does not tell a connection lost before the end of the letter from one lost after it.
"""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from email.utils import parseaddr
from types import TracebackType
from typing import Self

from services import logs
from services.messaging.channels import Fate, Outgoing, Trouble, Verdict
from services.settings import Settings, settings

log = logs.logger(__name__)

PATIENCE = 4
"""Times the usual patience after the last byte: a letter given up then is one nobody knows about."""
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_NOT_THE_ADDRESS = re.compile(r"[45]\.(?:7|3|2\.2|2\.3|4)\b")
"""Policy, system, full mailbox, size, network: the address itself may be good."""

DOWN = "Почтовый сервер не отвечает. Письма ждут, отправка повторяется сама."
HANGS_UP = "Почтовый сервер обрывает связь. Письма ждут, отправка повторяется сама."
NO_LOGIN = "Почтовый сервер не принимает логин или пароль. Проверьте SMTP_USER и SMTP_PASSWORD."
NO_TLS = "Почтовый сервер не поддерживает шифрование, которого требует SMTP_SECURITY."
BAD_CERTIFICATE = "Сертификат почтового сервера не прошёл проверку."
NO_SENDER = "Не указан отправитель писем: задайте MAIL_FROM."
REFUSED_SENDER = "Почтовый сервер не принимает отправителя MAIL_FROM ({code})."
BUSY = "Почтовый сервер просит подождать ({code}). Письма ждут, отправка повторяется сама."


class Smtp:
    """A connection to the mail server, opened anew where the server has hung up."""

    def __init__(self, given: Settings | None = None) -> None:
        self._settings = given or settings()
        self._client: smtplib.SMTP | None = None
        self.sender = envelope_sender(self._settings)

    def __enter__(self) -> Self:
        """Connect, encrypt, log in. Raises `Trouble`."""
        if not self.sender:
            raise Trouble(NO_SENDER)
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the server."""
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
            self._close()

    def ready(self) -> None:
        """Connect again where the connection was lost. Raises `Trouble`."""
        if self._client is None or self._client.sock is None:
            self._connect()

    def send(self, message: Outgoing) -> Verdict:
        """Hand a letter over. Raises `Trouble` only before its text was begun."""
        for is_last in (False, True):
            try:
                self.ready()
                refusal = self._address(message.address)
                break
            except smtplib.SMTPServerDisconnected as error:
                self._close()
                if is_last:
                    raise Trouble(HANGS_UP) from error
        if refusal is not None:
            return refusal
        return self._text(message.content)

    def _address(self, address: str) -> Verdict | None:
        """Sender and recipient; the refusal, None when both are taken."""
        client = self._open
        code, said = _checked(client.mail(self.sender))
        if code >= 500:
            raise Trouble(REFUSED_SENDER.format(code=code))
        if code >= 400:
            client.rset()
            raise Trouble(BUSY.format(code=code))
        code, said = _checked(client.rcpt(address))
        if code < 400:
            return None
        client.rset()
        if code < 500:
            return Verdict(Fate.LATER, str(code), said)
        return Verdict(Fate.REFUSED, str(code), said, bad_address=blames_address(said))

    def _text(self, content: bytes) -> Verdict:
        client = self._open
        try:
            client.putcmd("data")
            code, said = _checked(client.getreply())
            if code != 354:
                client.rset()
                return Verdict(Fate.REFUSED if code >= 500 else Fate.LATER, str(code), said)
            # Should this fail, the last line has not left, and a letter without its end is no letter.
            client.send(_LINE_DOT.sub(b"..", content) + b".\r\n")
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._close()
            return Verdict(Fate.LATER, "", type(error).__name__)
        try:
            self._patience(PATIENCE)
            code, said = _read(client.getreply())
            self._patience(1)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._close()
            return Verdict(Fate.UNKNOWN, "", type(error).__name__)
        if code < 400:
            return Verdict(Fate.SENT, str(code), said)
        if code == 421:
            self._close()
        return Verdict(Fate.REFUSED if code >= 500 else Fate.LATER, str(code), said)

    def _connect(self) -> None:
        given = self._settings
        self._close()
        try:
            self._client = self._opened()
            if given.smtp_user:
                self._client.login(given.smtp_user, given.smtp_password.get_secret_value())
            else:
                self._client.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            self._close()
            raise Trouble(NO_LOGIN) from error
        except smtplib.SMTPNotSupportedError as error:
            self._close()
            raise Trouble(NO_TLS) from error
        except ssl.SSLCertVerificationError as error:
            self._close()
            raise Trouble(BAD_CERTIFICATE) from error
        except (smtplib.SMTPException, OSError) as error:
            log.warning("mail server unreachable", error=type(error).__name__)
            self._close()
            raise Trouble(DOWN) from error

    def _opened(self) -> smtplib.SMTP:
        given = self._settings
        # The machine's own name: getfqdn, smtplib's choice, asks the network for it and may wait long.
        host, port, own, patience = given.smtp_host, given.smtp_port, socket.gethostname(), given.smtp_timeout
        if given.smtp_security == "tls":
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=own, timeout=patience, context=trusted)
        client = smtplib.SMTP(host, port, local_hostname=own, timeout=patience)
        if given.smtp_security == "starttls":
            try:
                code, _ = client.starttls(context=ssl.create_default_context())
            except BaseException:
                client.close()
                raise
            if code != 220:
                client.close()
                raise smtplib.SMTPNotSupportedError
        return client

    @property
    def _open(self) -> smtplib.SMTP:
        assert self._client is not None
        return self._client

    def _patience(self, times: int) -> None:
        if self._open.sock is not None:
            self._open.sock.settimeout(self._settings.smtp_timeout * times)

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def envelope_sender(given: Settings) -> str:
    """Whom the server returns letters to: the mailbox bounces are read from, else the sender."""
    if given.bounces_host and "@" in given.bounces_user:
        return given.bounces_user
    return parseaddr(given.mail_from)[1]


def blames_address(said: str) -> bool:
    """Whether a final refusal is about the address, by its enhanced status («5.1.1»); one without any is."""
    status = _ENHANCED.search(said)
    return status is None or _NOT_THE_ADDRESS.match(status[0]) is None


def _checked(reply: tuple[int, bytes]) -> tuple[int, str]:
    """A reply; 421 (the server closes) and none at all are a lost connection."""
    code, said = _read(reply)
    if code in (421, -1):
        raise smtplib.SMTPServerDisconnected
    return code, said


def _read(reply: tuple[int, bytes]) -> tuple[int, str]:
    return reply[0], reply[1].decode("utf-8", "replace")[:300]
