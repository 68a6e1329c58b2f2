"""Install what Reelgate needs: `python3 -m scripts.install app`, or `dev` for what its checks need as well.

With `captions` behind it comes what recognises speech, too, which is large and off by default.

Only the standard library is used here, because nothing else is there yet. Everything goes into `.venv` and
`node_modules`, exactly as the lock files name it, and only when they changed since the last time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.node import Node, NodeNotFoundError, find_node

LOCKS = {
    "app": "requirements.txt",
    "dev": "requirements-dev.txt",
    "captions": "requirements-captions.txt",
    "node": "requirements-node.txt",
}


@dataclass(frozen=True)
class Pip:
    """A pip that the tests try the locks with; it is kept as a wheel and never installed."""

    lock: str
    folder: str


PIPS = {name: Pip(lock=f"tests/pips/{name}.txt", folder=f".venv/pips/{name}") for name in ("oldest", "newest")}


class InstallError(Exception):
    """The installation cannot go on; the text says what to do about it."""


@dataclass(frozen=True)
class Installation:
    """The installation of the project at `root`. Each step does nothing when its work is already done."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    def install(self, *, dev: bool, captions: bool = False) -> None:
        """Bring the virtual environment and `node_modules` to what the lock files say."""
        parts = ["app", "dev"] if dev else ["app"]
        parts += ["captions"] if captions else []
        self._prepare_venv(parts)
        for part in parts:
            self._install_python_packages(part)
        for pip in PIPS if dev else ():
            self._download_pip(pip)
        self._install_node_packages(self._node())

    def _prepare_venv(self, parts: list[str]) -> None:
        """Keep a virtual environment that only lacks a part; replace a broken, moved or outdated one."""
        if self._made_by.is_file() and self._made_by.read_text() == self._identity:
            if self._unfinished.exists():
                say("The last installation was interrupted: starting it over")
            elif not any(self._is_outdated(part) for part in parts):
                return
        say(f"Making a virtual environment in {self.venv.name} with Python {sys.version.split()[0]}")
        if self.venv.is_symlink():
            raise InstallError(f"{self.venv} is a symbolic link. Remove it and try again.")
        shutil.rmtree(self.venv, ignore_errors=True)
        run(
            [base_python(), "-m", "venv", str(self.venv)],
            advice="This Python lacks its venv module. On Debian or Ubuntu: `apt-get install python3-venv`.",
        )
        self._made_by.write_text(self._identity)

    def _install_python_packages(self, part: str) -> None:
        lock = self.root / LOCKS[part]
        if self._stamp(part).is_file() and not self._is_outdated(part):
            return
        say(f"Installing Python packages from {lock.name} (a minute or less)")
        self._unfinished.touch()
        run(
            self._pip("install", "--require-hashes", "-r", str(lock)),
            advice=f"The packages in {lock.name} could not be installed. The reason stands above.",
        )
        self._stamp(part).write_text(digest(lock))
        self._unfinished.unlink()

    def _download_pip(self, which: str) -> None:
        pip = PIPS[which]
        lock, folder = self.root / pip.lock, self.root / pip.folder
        stamp = folder / ".downloaded"
        if stamp.is_file() and stamp.read_text() == digest(lock):
            return
        say(f"Downloading the {which} pip, which the lock files are tried with")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run(
            self._pip("download", "--no-deps", "--require-hashes", "--dest", str(folder), "-r", str(lock)),
            advice=f"The pip in {pip.lock} could not be downloaded. The reason stands above.",
        )
        stamp.write_text(digest(lock))

    def _pip(self, command: str, *arguments: str) -> list[str]:
        """One of the commands of the virtual environment's pip. It asks nothing, and says only what goes wrong."""
        pip = [str(self.venv / "bin/python"), "-m", "pip", command]
        return [*pip, "-qq", "--no-input", "--disable-pip-version-check", *arguments]

    def _node(self) -> Node:
        try:
            return find_node(self.root)
        except NodeNotFoundError:
            say("No Node.js ≥ 20 with npm on this machine: bringing one as a Python package")
        self._stamp("node").unlink(missing_ok=True)
        self._install_python_packages("node")
        return find_node(self.root)

    def _install_node_packages(self, node: Node) -> None:
        lock = self.root / "package-lock.json"
        # npm empties node_modules before it fills it: the stamp goes when an installation begins.
        stamp = self.root / "node_modules/.installed"
        if stamp.is_file() and stamp.read_text() == digest(lock):
            return
        say(f"Installing Node.js packages from {lock.name} (a minute or less)")
        stamp.unlink(missing_ok=True)
        path = f"{node.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        # The wheel's Node.js would otherwise not know the certificates of a company's own network.
        environment = os.environ | {"PATH": path, "NODE_USE_SYSTEM_CA": "1"}
        run(
            [
                *node.npm,
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--no-update-notifier",
            ],
            cwd=self.root,
            env=environment,
            advice=f"The packages in {lock.name} could not be installed. The reason stands above.",
        )
        stamp.write_text(digest(lock))

    @property
    def _identity(self) -> str:
        """What a virtual environment is tied to: its own place, and the Python that it was made by."""
        return f"{self.venv}\n{base_python()}\n{sys.version}\n"

    @property
    def _made_by(self) -> Path:
        return self.venv / ".made-by"

    @property
    def _unfinished(self) -> Path:
        return self.venv / ".unfinished"

    def _stamp(self, part: str) -> Path:
        return self.venv / f".installed-{part}"

    def _is_outdated(self, part: str) -> bool:
        """Tell whether the part was installed from another lock file than the one that stands now."""
        stamp = self._stamp(part)
        return stamp.is_file() and stamp.read_text() != digest(self.root / LOCKS[part])


def base_python() -> str:
    """The Python behind the virtual environment that may be active: ours must not be asked to replace itself."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(base) if base.is_file() else sys.executable


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the next program prints."""
    print(f"{text} …", flush=True)


def run(command: list[str], *, advice: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a command; when it fails, stop with the advice."""
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode != 0:
        raise InstallError(advice)


def main() -> int:
    """Install for `app` or `dev`, with `captions` or without, as the command line says."""
    installation = Installation(root=Path(__file__).resolve().parent.parent)
    try:
        installation.install(dev="dev" in sys.argv[1:], captions="captions" in sys.argv[1:])
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next `make` starts the installation over.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
