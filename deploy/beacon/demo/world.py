"""The demo's world: a working folder, the partners as processes of their own, the hub on a clock that we turn."""
import datetime, json, os, pathlib, shutil, socket, subprocess, threading, time, urllib.error, urllib.parse, urllib.request, zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[3]
LONDON, UTC = zoneinfo.ZoneInfo("Europe/London"), datetime.timezone.utc
PATIENCE_S = 30  # of the real clock, for anything that the hub does by itself
NUDGE_S = 2      # so long nothing came: the demo's clock goes on by a second, for what waits to be tried again
STOP_S = 20


class DemoFailed(Exception):
    """The story cannot go on; says why."""


def utc(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_whole(path, text):
    """As partners do it: written beside, then renamed, so that nobody reads half a file."""
    path.with_name(path.name + ".part").write_text(text)
    os.rename(path.with_name(path.name + ".part"), path)


class Processes:
    """What we started, and nothing else, is ended by us."""

    def __init__(self):
        self.all = []

    def start(self, command, **more):
        # A session of its own: Ctrl-C reaches us alone, and we end each process in its turn.
        process = subprocess.Popen([str(word) for word in command], text=True, start_new_session=True, **more)
        self.all.append(process)
        return process

    def end(self):
        while self.all:
            process = self.all.pop()
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class World:
    """The folder and the partners' processes. The site in it is the reference site with ports and keys filled in."""

    def __init__(self, folder, site, processes, say):
        self.folder, self.site, self.processes = folder, site, processes
        self.records = folder / "records"
        self.records.mkdir(parents=True)
        say("making throw-away certificates and keys")
        self.certificates = folder / "certificates"
        subprocess.run([ROOT / "tests/peers/make_certificates", self.certificates], check=True, capture_output=True)
        say("starting Eastford's housing system (HTTPS) and the charities' server (SSH) on free ports of this machine")
        self.council_folder, self.ssh_folder = self.records / "eastford-council", folder / "ssh"
        self.council_port = self.peer("council", self.council_folder, self.certificates)["listening"]
        sftp = self.peer("sftp_server", self.ssh_folder)
        self.make_site(sftp)

    def peer(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "w")
        process = self.processes.start([ROOT / "tests/peers" / name, *arguments], stdout=subprocess.PIPE, stderr=log)
        line = process.stdout.readline()
        if not line:
            raise DemoFailed(f"tests/peers/{name} did not start; see {log.name}")
        return json.loads(line)

    def make_site(self, sftp):
        here = ROOT / "deploy/beacon"
        shutil.copytree(here, self.site, ignore=shutil.ignore_patterns("var", "demo", "samples"), dirs_exist_ok=True)
        self.incoming = self.site / "var/northshire"
        self.incoming.mkdir(parents=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        schemas = os.path.relpath(ROOT / "schemas", self.site.resolve())
        edit(self.site / "haven.toml", {'"../../schemas"': f'"{schemas}"', "8460": str(self.port)})
        edit(self.site / "partners/eastford-council.toml",
             {"localhost:8471": f"localhost:{self.council_port}", "var/certificates": str(self.certificates)})
        for charity in ("steadfast", "kindred"):
            folder = self.records / charity
            (folder / "in").mkdir(parents=True)
            (folder / "answers").mkdir()
            edit(self.site / f"partners/{charity}.toml", {
                f"127.0.0.1:8472/in/{charity}": f"127.0.0.1:{sftp['listening']}{folder}/in",
                f'"/answers/{charity}"': f'"{folder}/answers"', '"tester"': f'"{sftp["user"]}"',
                "var/ssh/hub_key": str(self.ssh_folder / "client"), "var/ssh/host_keys": str(self.ssh_folder / "host_keys")})


def edit(path, replacements):
    text = path.read_text()
    for old, new in replacements.items():
        if old not in text:
            raise DemoFailed(f"{path.name} holds no {old}: the demo and the site have drifted apart")
        text = text.replace(old, new)
    path.write_text(text)


class Hub:
    """The hub's own process, `haven demo START`: its clock moves only when we say so."""

    def __init__(self, binary, world, start):
        self.binary, self.site, self.records, self.now = binary, world.site, world.records, start
        self.watchers = []  # called while we wait: what partners without a system do, namely look
        self.log = open(world.records / "hub.log", "w")
        self.process = world.processes.start([binary, f"--site={self.site}", "demo", utc(start)], stdin=subprocess.PIPE,
                                             stdout=subprocess.PIPE, stderr=self.log)
        self.address = self.hear("serving")
        self.url = f"http://{self.address}"

    def hear(self, word):
        line = self.process.stdout.readline().split()
        if len(line) != 2 or line[0] != word:
            raise DemoFailed(f"the hub said {' '.join(line) or 'nothing'} where '{word}' was expected; see {self.log.name}")
        return line[1]

    def at(self, moment):
        """Turns the hub's clock; comes back when everything due by then was looked at."""
        self.now = max(moment, self.now)
        self.process.stdin.write(f"at {utc(self.now)}\n")
        self.process.stdin.flush()
        self.hear("now")

    def administer(self, *words):
        """As the administrator whom the first start makes."""
        return self.command(f"--token={self.site}/var/keys/first-administrator-token", *words)

    def command(self, *words):
        done = subprocess.run([self.binary, f"--site={self.site}", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise DemoFailed(f"haven {words[0]} {words[1]}: {done.stderr.strip()}")
        return done.stdout.strip()

    def call(self, token, method, path, body=None):
        """Status and answer of one request. A token that was made a moment ago is known to a running hub a moment later."""
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        deadline = time.monotonic() + 5
        while True:
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, json.loads(answer.read() or b"{}")
            except urllib.error.HTTPError as error:
                if error.code != 401 or time.monotonic() > deadline:
                    return error.code, json.loads(error.read() or b"{}")
                time.sleep(0.1)
            except OSError as error:
                raise DemoFailed(f"the hub does not answer ({error}); see {self.log.name}") from error

    def items(self, token, path):
        """Every item of a list, page after page."""
        after = ""
        while True:
            status, page = self.call(token, "GET", path + ("?limit=100" if not after else f"?limit=100&after={urllib.parse.quote(after)}"))
            if status != 200:
                raise DemoFailed(f"GET {path}: {status} {page.get('detail', page)}")
            yield from page["items"]
            after = page.get("next", "")
            if not after:
                return

    def until(self, what, condition):
        """Waits for something that comes about by itself."""
        deadline, nudge = time.monotonic() + PATIENCE_S, time.monotonic() + NUDGE_S
        while True:
            for look in self.watchers:
                look()
            found = condition()
            if found:
                return found
            if self.process.poll() is not None:
                raise DemoFailed(f"the hub ended with status {self.process.returncode}; see {self.log.name}")
            if time.monotonic() > deadline:
                raise DemoFailed(f"waited {PATIENCE_S} s in vain until {what}; the hub's log is {self.log.name}")
            if time.monotonic() > nudge:
                self.at(self.now + datetime.timedelta(seconds=1))
                nudge = time.monotonic() + NUDGE_S
            time.sleep(0.05)


class Journal:
    """Lines of JSON that a partner or a person keeps of what came before their eyes."""

    def __init__(self, path):
        self.file, self.lock = path.open("a"), threading.Lock()

    def note(self, **entry):
        with self.lock:
            self.file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self.file.flush()
