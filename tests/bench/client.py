"""A small HTTP client in a process of its own: keeps connections, speaks just enough HTTP/1.1, costs little.

`python -m tests.bench.client` reads one JSON job from standard input and prints its result.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

WARM_UP = 20


@dataclass(frozen=True)
class Target:
    """Where requests go; `headers` go with each."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def request(self) -> bytes:
        """The request as bytes."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def medians(targets: list[Target], seconds: float) -> list[float]:
    """Median milliseconds of one request after another to each target, asked by turns for `seconds` in all."""
    return [float(value) for value in _run({"kind": "medians", "targets": _plain(targets), "seconds": seconds})]


def rates(targets: list[Target], clients: int, seconds: float) -> list[float]:
    """Answers a second from each target with so many clients at once, each target for `seconds`, one after another."""
    job = {"kind": "rates", "targets": _plain(targets), "clients": clients, "seconds": seconds}
    return [float(value) for value in _run(job)]


def _plain(targets: list[Target]) -> list[dict[str, object]]:
    return [asdict(target) for target in targets]


def _run(job: dict[str, object]) -> list[float]:
    command = [sys.executable, "-m", "tests.bench.client"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: list[float] = json.loads(done.stdout)
    return found


class _Connection:
    def __init__(self, target: Target) -> None:
        self.target, self.request = target, target.request

    async def open(self) -> "_Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.target.port, limit=2**22)
        return self

    async def ask(self) -> None:
        """One request, its answer read to the end. Anything but 200 is an error."""
        self.writer.write(self.request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"{self.target.path}: {head[:200]!r}")
        size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await self.reader.readexactly(size)


async def _medians(targets: list[Target], seconds: float) -> list[float]:
    connections = [await _Connection(target).open() for target in targets]
    times: list[list[float]] = [[] for _ in targets]
    for _ in range(WARM_UP):
        for connection in connections:
            await connection.ask()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for connection, spent in zip(connections, times, strict=True):
            started = time.perf_counter()
            await connection.ask()
            spent.append((time.perf_counter() - started) * 1000)
    return [statistics.median(spent) for spent in times]


async def _rate(target: Target, clients: int, seconds: float) -> float:
    connections = [await _Connection(target).open() for _ in range(clients)]
    for connection in connections:
        await connection.ask()
    started = time.perf_counter()

    async def keep_asking(connection: _Connection) -> int:
        answers = 0
        while time.perf_counter() - started < seconds:
            await connection.ask()
            answers += 1
        return answers

    answers = await asyncio.gather(*(keep_asking(connection) for connection in connections))
    return sum(answers) / (time.perf_counter() - started)


async def _do(job: dict[str, object]) -> list[float]:
    given = job["targets"]
    assert isinstance(given, list)
    targets, seconds = [Target(**target) for target in given], float(str(job["seconds"]))
    if job["kind"] == "medians":
        return await _medians(targets, seconds)
    return [await _rate(target, int(str(job["clients"])), seconds) for target in targets]


def main() -> None:
    """Do the job on standard input."""
    import uvloop  # noqa: PLC0415 - only this process needs it

    print(json.dumps(uvloop.run(_do(json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
