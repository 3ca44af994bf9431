"""SMS by a provider of any kind: `POST SMS_URL {"to", "text", "id"}` with a bearer token. Off until SMS_URL is set.

A provider with another interface gets a small page of its own in front, or a class beside this one.
"""

from types import TracebackType
from typing import Self

import requests
from urllib3.exceptions import NewConnectionError

from services.messaging.channels import Fate, Outgoing, Trouble, Verdict
from services.settings import Settings, settings

CONNECT, ANSWER = 5, 30
"""Seconds."""
DOWN = "Служба SMS не отвечает. Сообщения ждут, отправка повторяется сама."
NO_LOGIN = "Служба SMS не принимает ключ SMS_TOKEN."
BUSY = "Служба SMS просит подождать ({code}). Сообщения ждут, отправка повторяется сама."


class HttpSms:
    """The provider; `id` is the number of the message, by which it can tell a repeated one."""

    def __init__(self, given: Settings | None = None) -> None:
        self._settings = given or settings()
        self._http = requests.Session()

    def __enter__(self) -> Self:
        """Nothing to open before the first message."""
        token = self._settings.sms_token.get_secret_value()
        self._http.headers.update({"Authorization": f"Bearer {token}"} if token else {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the connections go."""
        self._http.close()

    def ready(self) -> None:
        """HTTP connects by itself."""

    def send(self, message: Outgoing) -> Verdict:
        """Hand an SMS over. Raises `Trouble` only where the provider certainly did not take it."""
        told = {"to": message.address, "text": message.content.decode(), "id": str(message.number)}
        try:
            answer = self._http.post(
                self._settings.sms_url, json=told, timeout=(CONNECT, ANSWER), allow_redirects=False
            )
        except requests.ConnectTimeout as error:
            raise Trouble(DOWN) from error
        except requests.RequestException as error:
            if isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError):
                raise Trouble(DOWN) from error
            return Verdict(Fate.UNKNOWN, "", type(error).__name__)
        return _judged(answer.status_code, answer.text[:300])


def _judged(code: int, said: str) -> Verdict:
    if code < 300:
        return Verdict(Fate.SENT, str(code), said)
    if code in (401, 403):
        raise Trouble(NO_LOGIN)
    if code in (429, 503):
        raise Trouble(BUSY.format(code=code))
    if code in (502, 504):  # somebody in between gave up waiting
        return Verdict(Fate.UNKNOWN, str(code), said)
    if code >= 500:
        return Verdict(Fate.LATER, str(code), said)
    return Verdict(Fate.REFUSED, str(code), said, bad_address=code == 422)
