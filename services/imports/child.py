"""The child process that opens a file: run as a script, alone, under limits of memory and processor time.

It imports nothing of the product but the readers in opening/. The file comes in on standard input; JSON goes out on
standard output, one object a line, so that neither side holds the whole of it:

    {"kind": …, "encoding": …}                          first
    {"sheet": name, "hidden": …}                        opens a sheet
    {"rows": [[number, [cell, …]], …]}                  some of its rows
    {"merged": […], "errors": […], "uncomputed": […]}   closes it
    {"again": true}                                     forget what was said so far: it begins anew
    {"refused": sentence} or {"done": true}             last

Numbers of rows and columns from 0; a cell is text, a number, true, null or {"d": ISO date or moment}.
"""

import gc
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
BROKEN, TOO_BIG = 3, 4


def main() -> int:
    """Read standard input, write standard output, give the exit code. Arguments: kind, memory in MB, CPU seconds."""
    kind, memory_mb, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    limit(memory_mb, seconds)
    gc.disable()  # cells make no cycles, and looking for them takes a tenth of the time
    _find_readers()
    from services.imports.opening import output, sheet  # noqa: PLC0415 - under the limits

    try:
        output.write(sys.stdin.buffer.read(), kind, sys.stdout.buffer)
    except (sheet.TooBig, MemoryError, RecursionError):
        return TOO_BIG
    except BaseException:  # noqa: BLE001 - whatever a reader raises, panics among it, the file is to blame
        return BROKEN
    return 0


def limit(memory_mb: int, seconds: int) -> None:
    """Bound this process, where the system can. Past its seconds of processor time it is ended by SIGXCPU."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    memory = memory_mb * 1024 * 1024
    bounds = (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # equal ones would end it by SIGKILL, which tells nothing
        (resource.RLIMIT_CORE, 0, 0),
    )
    for what, soft, hard in bounds:
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):
            continue


def _find_readers() -> None:
    """Let `services.imports.opening` be imported without running anything of the packages above it."""
    for name, folder in (("services", HERE.parent), ("services.imports", HERE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if __name__ == "__main__":
    sys.exit(main())
