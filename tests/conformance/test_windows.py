"""A vendor's machine is often Windows: what the kit's code may not do, found in its syntax."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

KIT = Path(__file__).parents[2] / "conformance"
FILES = sorted(KIT.rglob("*.py"))

ABSENT_MODULES = {"fcntl", "termios", "tty", "pty", "pwd", "grp", "resource", "syslog", "posix", "posixpath", "curses"}
"""Not there on Windows."""
ABSENT = {
    "os.fork", "os.forkpty", "os.getuid", "os.geteuid", "os.getppid", "os.killpg", "os.setsid", "os.mkfifo", "os.chown",
    "os.uname", "os.pipe2", "os.sched_getaffinity", "os.O_DIRECTORY", "os.openpty",
    "signal.SIGKILL", "signal.SIGHUP", "signal.SIGUSR1", "signal.SIGUSR2", "signal.SIGCHLD", "signal.alarm",
    "signal.pause", "signal.sigwait", "socket.AF_UNIX", "select.poll", "select.epoll", "time.tzset",
}  # fmt: skip
"""Names of modules that Windows has, without these."""
OTHERWISE = {
    "os.path": "pathlib knows both kinds of paths",
    "os.rename": "os.rename fails there on a file that exists; use Path.replace",
    "os.kill": "there it ends a process whatever the signal",
}
ROOTS = ("/tmp", "/dev/", "/proc/", "/etc/", "/var/", "/usr/", "/home/")


def complaints(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and reason of everything that would not do on Windows."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, one.name) for one in names if one.name.split(".")[0] in ABSENT_MODULES)
                yield from ((node.lineno, OTHERWISE[one.name]) for one in names if one.name in OTHERWISE)
            case ast.ImportFrom(module=str(module), names=names):
                if module.split(".")[0] in ABSENT_MODULES:
                    yield node.lineno, module
                for one in names:
                    yield from _named(node.lineno, f"{module}.{one.name}")
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                yield from _named(node.lineno, f"{module}.{name}")
            case ast.Constant(value=str(text)) if id(node) not in documented:
                if text.startswith(ROOTS):
                    yield node.lineno, "a path of Unix"
                if "%-" in text and text.replace("%-", "")[:1].isalpha():
                    yield node.lineno, "%- is no format there"
            case ast.Call():
                yield from _call(node)


def _named(line: int, name: str) -> Iterator[tuple[int, str]]:
    if name in ABSENT:
        yield line, name
    if name in OTHERWISE:
        yield line, OTHERWISE[name]


def _call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = {one.arg: one.value for one in node.keywords}
    if name == "popen" or (isinstance(given.get("shell"), ast.Constant) and given["shell"].value):
        yield node.lineno, "another shell"
    mode = {"read_text": "r", "write_text": "w"}.get(name, "b")
    if name == "open":
        at = 0 if isinstance(node.func, ast.Attribute) else 1
        said = given.get("mode") or (node.args[at] if len(node.args) > at else ast.Constant("r"))
        mode = str(said.value) if isinstance(said, ast.Constant) else "w"
    if "b" not in mode and "encoding" not in given:
        yield node.lineno, f"{name} without encoding: there it is another"
    if "b" not in mode and set(mode) & set("wax+") and "newline" not in given:
        yield node.lineno, f"{name} without newline: there each becomes two bytes"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(KIT).as_posix())
def test_the_kit_does_nothing_that_windows_cannot(path: Path) -> None:
    found = list(complaints(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path.name}: {found}"


def test_no_file_of_the_kit_has_a_name_that_windows_cannot_hold() -> None:
    for path in KIT.rglob("*"):
        assert not set(path.name) & set('<>:"|?*\\'), path
        assert path.stem.lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}, path
        assert len(path.relative_to(KIT.parent).as_posix()) < 120, path
    spelled = [path.as_posix().lower() for path in KIT.rglob("*")]
    assert len(spelled) == len(set(spelled)), "two names that differ in capitals only"


@pytest.mark.parametrize(
    "code",
    [
        "import fcntl",
        "from termios import tcgetattr",
        "import os\nos.fork()",
        "from os import fork",
        "import signal\nsignal.SIGKILL",
        "import os.path",
        "from os import path",
        "import os\nos.path.join('a', 'b')",
        "import os\nos.rename('a', 'b')",
        "place = '/tmp/kit'",
        "place = '/dev/null'",
        "open('a')",
        "open('a', 'w')",
        "path.open()",
        "path.open('w', encoding='utf-8')",
        "path.read_text()",
        "path.write_text('x', encoding='utf-8')",
        "run('x', shell=True)",
        "day.strftime('%-d')",
        "socket.AF_UNIX",
    ],
)
def test_what_windows_cannot_is_seen(code: str) -> None:
    assert list(complaints(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "open('a', 'rb')",
        "path.open('ab')",
        "open('a', encoding='utf-8')",
        "path.open('w', encoding='utf-8', newline='')",
        "path.read_text(encoding='utf-8')",
        "path.write_text('x', encoding='utf-8', newline='')",
        "import os\nos.fsync(1)",
        "url = '/soap'",
        '"""/tmp is only told of."""',
    ],
)
def test_what_windows_can_is_let_through(code: str) -> None:
    assert not list(complaints(ast.parse(code)))
