"""A warm redeploy after a change of code, with each runtime, against the same work done by hand in the same run.

By hand means the least that a person could do: with Docker a cached `docker build`, `docker run`, waiting for the first 200 and
`nginx -s reload`; without it starting the same gunicorn, waiting for the first 200 and the same reload. No check of nginx's
configuration, no second health request, no proof that the new configuration serves, no waiting for requests under way, no undo.
"""

import http.client
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from measuring import Row, in_turn, table, until

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/orchestrator"
EXAMPLE = ROOT / "Examples/flask-hello"
OFFSET = 11500
ROUNDS = int(os.environ.get("ROUNDS", "15"))
BASE, NGINX = "python:3.13-slim", "nginx:1.30"


def run(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **options).stdout


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stand_in(image):
    pairs = dict(pair.split("=", 1) for pair in os.environ.get("ORCHESTRATOR_BASE_IMAGES", "").split(",") if pair)
    return pairs.get(image, image)


class App:
    """A copy of the sample whose code changes with every deploy."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(EXAMPLE, folder)
        folder.chmod(0o755)
        self.source = (folder / "app.py").read_text()
        self.count = 0

    def change(self):
        self.count += 1
        (self.folder / "app.py").write_text(f"{self.source}\n# change {self.count}\n")


class Orchestrator:
    """An installation of its own, with one app."""

    def __init__(self, folder, runtime):
        self.folder, self.runtime = folder, runtime
        self.app = App(folder / "app")
        self.environment = os.environ | {
            "ORCHESTRATOR_HOME": str(folder / "state"), "ORCHESTRATOR_NAMESPACE": f"orchestrator-bench-{runtime}",
            "ORCHESTRATOR_PORT_OFFSET": str(OFFSET), "ORCHESTRATOR_RUNTIME": runtime,
            "ORCHESTRATOR_PROXY_RUNTIME": runtime,
        }
        self.steps = {}

    def deploy(self):
        """Redeploys the app; gives back the seconds until it is live."""
        self.app.change()
        start = time.monotonic()
        words = [PROGRAM, "deploy", "flask", self.app.folder, "--subdomain", "bench"]
        with subprocess.Popen(
            words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            line = process.stdout.readline()
            live = time.monotonic() - start
            _, errors = process.communicate()
        if "Live:" not in line or process.returncode:
            sys.exit(f"the deploy failed:\n{line}{errors}")
        for step in errors.splitlines():
            parts = step.split()
            if len(parts) > 2 and parts[0] in ("port", "build", "start", "health", "switch"):
                self.steps.setdefault(parts[0], []).append(parts[1])
        return live

    def list(self):
        start = time.monotonic()
        run(PROGRAM, "list", env=self.environment)
        return time.monotonic() - start

    def remove(self):
        for words in (["destroy", "bench", "--yes"], ["proxy", "stop"]):
            subprocess.run([str(PROGRAM), *words], env=self.environment, capture_output=True)


class Proxy:
    """An nginx by hand, with one server, whose configuration is written anew for every deploy."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)

    @property
    def file(self):
        return self.folder / "nginx.conf"

    def write(self, app_port):
        self.file.write_text(
            f"worker_processes auto; pid {self.folder}/nginx.pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off; "
            f"client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; fastcgi_temp_path {self.folder}/f; "
            f"uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;\n"
            f"server {{ listen {self.port}; location / {{ proxy_pass http://127.0.0.1:{app_port}; }} }} }}\n")


class ProcessFloor:
    """gunicorn and nginx, by hand."""

    def __init__(self, folder, packages):
        self.app = App(folder / "app-by-hand")
        self.packages = packages
        self.proxy = Proxy(folder / "nginx", 26990)
        self.port, self.old = 26980, None
        self.nginx = ["nginx", "-e", "stderr", "-c", str(self.proxy.file)]
        self.proxy.write(self.port)
        # It goes on in the background, with our output: nobody must wait for the end of that.
        subprocess.run(self.nginx, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.proxy.folder.joinpath("nginx.pid").exists())

    def deploy(self):
        self.app.change()
        start = time.monotonic()
        self.port = 26981 if self.port == 26980 else 26980
        new = subprocess.Popen(
            [f"{self.packages}/bin/gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "4", "--worker-tmp-dir",
             "/dev/shm", "app:app"],
            cwd=self.app.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | {"WEB_CONCURRENCY": "2", "ORCHESTRATOR_APP": "bench", "ORCHESTRATOR_RELEASE": "v1"})
        until(lambda: answers(self.port))
        self.proxy.write(self.port)
        run(*self.nginx, "-s", "reload")
        seconds = time.monotonic() - start
        self.stop()
        self.old = new
        return seconds

    def stop(self):
        if self.old:
            os.killpg(self.old.pid, signal.SIGTERM)
            self.old.wait()

    def remove(self):
        self.stop()
        run(*self.nginx, "-s", "stop")


class DockerFloor:
    """docker build, docker run and nginx in a container, by hand."""

    DOCKERFILE = f"""FROM {{base}}
WORKDIR /app
RUN ["chown", "10001:10001", "/app"]
ENV PIP_NO_CACHE_DIR="1"
COPY ["requirements.txt", "requirements.txt"]
RUN ["python3", "-m", "venv", "/packages"]
RUN ["/packages/bin/pip", "install", "-r", "requirements.txt"]
RUN ["/packages/bin/pip", "install", "gunicorn"]
COPY --chown=10001:10001 . .
USER 10001:10001
"""

    def __init__(self, folder):
        self.app = App(folder / "app-by-hand")
        (self.app.folder / "Dockerfile").write_text(self.DOCKERFILE.format(base=stand_in(BASE)))
        self.proxy = Proxy(folder / "nginx", 26990)
        self.port, self.old, self.count = 26980, None, 0
        self.proxy.write(self.port)
        run("docker", "run", "--detach", "--name", "orchestrator-bench-nginx", "--network", "host", "--volume",
            f"{self.proxy.folder}:{self.proxy.folder}", stand_in(NGINX), "nginx", "-c", self.proxy.file, "-g", "daemon off;")

    def deploy(self):
        self.app.change()
        start = time.monotonic()
        self.count += 1
        self.port = 26981 if self.port == 26980 else 26980
        run("docker", "build", "--quiet", "--tag", "orchestrator-bench:by-hand", self.app.folder)
        name = f"orchestrator-bench-{self.count}"
        run("docker", "run", "--detach", "--init", "--name", name, "--publish", f"127.0.0.1:{self.port}:8000", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--memory", "512m", "--cpus", "1", "--pids-limit", "256",
            "--env", "WEB_CONCURRENCY=2", "--env", "ORCHESTRATOR_APP=bench", "--env", "ORCHESTRATOR_RELEASE=v1",
            "orchestrator-bench:by-hand", "/packages/bin/gunicorn", "--bind", "0.0.0.0:8000", "--threads", "4",
            "--worker-tmp-dir", "/dev/shm", "app:app")
        until(lambda: answers(self.port))
        self.proxy.write(self.port)
        run("docker", "exec", "orchestrator-bench-nginx", "nginx", "-c", self.proxy.file, "-s", "reload")
        seconds = time.monotonic() - start
        self.stop()
        self.old = name
        return seconds

    def stop(self):
        if self.old:
            run("docker", "rm", "--force", self.old)

    def remove(self):
        self.stop()
        run("docker", "rm", "--force", "orchestrator-bench-nginx")
        subprocess.run(["docker", "rmi", "orchestrator-bench:by-hand"], capture_output=True)


def docker_ps():
    start = time.monotonic()
    run("docker", "ps")
    return time.monotonic() - start


def measure(runtime, has_docker):
    """The rows of one runtime."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="orchestrator-bench-"))
    folder.chmod(0o755)
    ours = Orchestrator(folder, runtime)
    floor = None
    try:
        print(f"{runtime}: {ROUNDS} redeploys in turn with as many by hand", file=sys.stderr)
        ours.deploy()
        ours.steps = {}
        if runtime == "process":
            packages = next((folder / "state/dependencies/bench").iterdir()) / "dependencies"
            floor = ProcessFloor(folder, packages)
        else:
            floor = DockerFloor(folder)
        rows = [Row(f"warm redeploy, {runtime}", in_turn(ROUNDS, ours.deploy, floor.deploy))]
        steps = {name: sorted(times)[len(times) // 2] for name, times in ours.steps.items()}
        print(f"  median of each step: {steps}", file=sys.stderr)
        if has_docker:
            rows.append(Row(f"list with 1 app, {runtime} (by hand: docker ps)", in_turn(ROUNDS, ours.list, docker_ps)))
        return rows
    finally:
        ours.remove()
        if floor:
            floor.remove()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    has_docker = subprocess.run(["docker", "version"], capture_output=True).returncode == 0 if shutil.which("docker") else False
    runtimes = ["process", "docker"] if has_docker else ["process"]
    rows = [row for runtime in runtimes for row in measure(runtime, has_docker)]
    print(table(rows))
    if not has_docker:
        print("\nDocker does not answer on this machine: what needs it was not measured.")


main()
