"""The real Neo4j of a test run: one that is named, else one started from jars, else one in Docker.

First of these that applies:

- `NEO4J_TEST_URI` (with `NEO4J_TEST_USER`, `NEO4J_TEST_PASSWORD`, `NEO4J_TEST_DATABASE`): a server that runs; its
  database IS EMPTIED.
- `NEO4J_TEST_LIB`: a folder with the jars of Neo4j Community; `NEO4J_TEST_JAVA` names another `java`.
- Maven and Java 17 or later: the jars of `neo4j/pom.xml`, fetched once into `.jars/` at the top of the checkout.
- A Docker engine, through testcontainers.

What is named by a variable and does not work is an error (`ServerError`), never a reason to go on to the next.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import maven
import neo4j
from neo4j.exceptions import DriverError, Neo4jError

POM = Path(__file__).parent / "neo4j" / "pom.xml"
IMAGE = "neo4j:5.26-community"
START_LIMIT = 120.0
STOP_LIMIT = 20.0

JVM_OPTIONS = [
    "-XX:+ExitOnOutOfMemoryError",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
]

# No authentication: a throwaway server on the loopback address. Without the last two lines stopping takes 10 s.
CONFIGURATION = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=false
dbms.usage_report.enabled=false
db.shutdown_transaction_end_timeout=0s
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""


@dataclass(frozen=True)
class Size:
    """How large a server is made, and by which further options."""

    jvm: tuple[str, ...]
    configuration: str
    heap: str
    page_cache: str


SMALL = Size(
    jvm=("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    configuration="db.tx_log.preallocate=false\ndb.tx_log.rotation.retention_policy=false\n",
    heap="512m",
    page_cache="64m",
)
"""Quick to start; never measure with it: loads take twice as long, and scans four times."""
MEASURED = Size(jvm=(), configuration="", heap="2g", page_cache="512m")
"""Java's and Neo4j's own defaults, but for the memory."""


class NoServer(Exception):
    """There is no Neo4j on this computer; the message says why in one line."""


class ServerError(Exception):
    """A Neo4j that should work does not."""


@dataclass(frozen=True)
class Server:
    """A Neo4j that answers."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    origin: str

    def driver(self) -> neo4j.Driver:
        """Open a driver of its own, with no code of ours in between."""
        return neo4j.GraphDatabase.driver(
            self.uri, auth=(self.user, self.password), notifications_min_severity="OFF", connection_timeout=5
        )


@contextmanager
def neo4j_server(size: Size = SMALL) -> Iterator[Server]:
    """Give the Neo4j for the tests and stop it afterwards if it was started here; raises NoServer, ServerError.

    `size` is for one that is started from jars; the others have the size that they have.
    """
    if uri := os.environ.get("NEO4J_TEST_URI"):
        server = Server(
            uri,
            os.environ.get("NEO4J_TEST_USER", "neo4j"),
            os.environ.get("NEO4J_TEST_PASSWORD", ""),
            os.environ.get("NEO4J_TEST_DATABASE", "neo4j"),
            "NEO4J_TEST_URI",
        )
        if trouble := _until_ready(server, limit=30):
            raise ServerError(f"NEO4J_TEST_URI={uri} does not answer: {trouble}")
        yield server
    else:
        jars, why_no_jars = _jars()
        if jars is not None:
            with _from_jars(jars, size=size) as server:
                yield server
        elif why_no_docker := _docker_missing():
            raise NoServer(f"no Neo4j: no NEO4J_TEST_URI, no NEO4J_TEST_LIB, {why_no_jars}, {why_no_docker}")
        else:
            with _from_docker() as server:
                yield server


@contextmanager
def imported(folder: Path, arguments: Sequence[str]) -> Iterator[Server]:
    """Run `neo4j-admin` with some arguments inside a folder, on a Neo4j that is empty, and then start that one.

    Only the jars have what that takes; raises NoServer, ServerError.
    """
    jars, why_no_jars = _jars()
    if jars is None:
        raise NoServer(f"no import tool of Neo4j: no NEO4J_TEST_LIB, {why_no_jars}")
    with _from_jars(jars, lambda home: _administer(jars, home, folder, arguments)) as server:
        yield server


@dataclass(frozen=True)
class Jars:
    """The jars of Neo4j in a folder, and the Java to run them with."""

    lib: Path
    java: str
    origin: str


def _jars() -> tuple[Jars | None, str]:
    """Give the jars that are named, or those from Maven; or None and why there are none."""
    if lib := os.environ.get("NEO4J_TEST_LIB"):
        java, trouble = maven.java()
        if java is None:
            raise ServerError(f"NEO4J_TEST_LIB is set, but: {trouble}")
        return Jars(Path(lib), java, "NEO4J_TEST_LIB"), ""
    return _fetched_jars()


def _fetched_jars() -> tuple[Jars | None, str]:
    """Give the jars, fetched by Maven if need be; or None and why not."""
    java, trouble = maven.java()
    if java is None:
        return None, trouble
    lib, trouble = maven.jars(POM)
    return (None, trouble) if lib is None else (Jars(lib, java, "jars from Maven"), "")


def _docker_missing() -> str:
    """Say why Docker cannot be used; empty where it can."""
    try:
        import docker

        docker.from_env(timeout=3).ping()
    except ImportError:
        return "no docker package"
    except (docker.errors.DockerException, OSError):
        return "no Docker engine"
    return ""


@contextmanager
def _from_docker() -> Iterator[Server]:
    from testcontainers.community.neo4j import Neo4jContainer

    with Neo4jContainer(IMAGE, username="neo4j", password="only-for-tests") as container:
        server = Server(container.get_connection_url(), "neo4j", "only-for-tests", "neo4j", f"Docker, {IMAGE}")
        if trouble := _until_ready(server, limit=START_LIMIT):
            raise ServerError(f"Neo4j in Docker does not answer: {trouble}")
        yield server


@contextmanager
def _from_jars(
    jars: Jars, prepare: Callable[[Path], None] = lambda home: None, size: Size = SMALL
) -> Iterator[Server]:
    """Start a server in a folder of its own, which `prepare` may fill before."""
    lib, main_class = jars.lib, _main_class(jars.lib)
    with tempfile.TemporaryDirectory(prefix="qikg-neo4j-", ignore_cleanup_errors=True) as folder:
        home, log = Path(folder), Path(folder, "console.log")
        for name in ("conf", "data", "logs", "run", "import", "plugins"):
            (home / name).mkdir()
        prepare(home)
        for attempt in (1, 2, 3):
            port = _free_port()
            settings = f"{CONFIGURATION.format(port=port)}server.memory.pagecache.size={size.page_cache}\n"
            (home / "conf" / "neo4j.conf").write_text(settings + size.configuration, "utf-8")
            command = [jars.java, f"-Xmx{size.heap}", *size.jvm, *JVM_OPTIONS]
            command += ["-cp", os.pathsep.join((f"{home}/plugins/*", f"{lib}/*")), main_class]
            command += [f"--home-dir={home}", f"--config-dir={home}/conf", "--console-mode"]
            if setpriv := shutil.which("setpriv"):  # where the test run itself is killed, its server goes too
                command = [setpriv, "--pdeathsig", "TERM", "--", *command]
            with log.open("wb") as out:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
                )
            try:
                server = Server(f"bolt://127.0.0.1:{port}", "neo4j", "", "neo4j", jars.origin)
                trouble = _until_ready(server, limit=START_LIMIT, process=process)
                if not trouble:
                    yield server
                    return
            finally:
                _stop(process)
            text = log.read_text("utf-8", errors="replace")
            if attempt == 3 or "already in use" not in text:  # somebody else may take the port before Neo4j does
                raise ServerError(f"Neo4j from {lib} did not start: {trouble}\n" + "\n".join(text.splitlines()[-30:]))


def _administer(jars: Jars, home: Path, folder: Path, arguments: Sequence[str]) -> None:
    command = [jars.java, *JVM_OPTIONS, "-cp", f"{jars.lib}/*", "org.neo4j.cli.AdminTool", *arguments]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise ServerError("neo4j-admin failed:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-30:]))


def _main_class(lib: Path) -> str:
    """Find the main class, which is not the same in all versions."""
    for jar in sorted(lib.glob("neo4j-[0-9]*.jar")):
        with zipfile.ZipFile(jar) as archive:
            for name in ("Neo4jCommunity", "CommunityEntryPoint"):
                if f"org/neo4j/server/{name}.class" in archive.namelist():
                    return f"org.neo4j.server.{name}"
    raise ServerError(f"{lib} does not hold the jars of Neo4j Community")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_ready(server: Server, *, limit: float, process: subprocess.Popen[bytes] | None = None) -> str:
    """Wait until the server answers a query; give the trouble where it does not."""
    end = time.monotonic() + limit
    trouble = "no answer"
    with server.driver() as driver:
        while time.monotonic() < end:
            if process is not None and process.poll() is not None:
                return f"it ended with code {process.returncode}"
            try:
                with driver.session(database=server.database) as session:  # execute_query would go on trying for 30 s
                    session.run("RETURN 1").consume()
            except neo4j.exceptions.AuthError as error:
                return f"wrong user or password ({error.code})"
            except (DriverError, Neo4jError, OSError) as error:
                trouble = str(error).splitlines()[0] if str(error) else type(error).__name__
                time.sleep(0.1)
            else:
                return ""
    return f"{trouble} (waited {limit:.0f} s)"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
