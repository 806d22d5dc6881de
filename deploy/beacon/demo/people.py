"""Those who act in the stories: the force, a practitioner of the hub, refuges, councils, charities. Each sees and says
only what it could in life, through the door that it has in life; what each was shown is kept for the checker."""
import datetime, json, shutil, textwrap
import xml.etree.ElementTree as ElementTree

from world import LONDON, ROOT, DemoFailed, Journal, utc, write_whole

WIDTH, WHO = 118, 19


class Teller:
    """Prints the timeline: the day once, then the time, which case, who and what."""

    def __init__(self, now, colour):
        self.now, self.day, self.case, self.colour = now, None, " ", colour

    def mark(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def __call__(self, who, what, seen=None):
        local = self.now().astimezone(LONDON)
        if local.date() != self.day:
            self.day = local.date()
            print("\n" + self.mark("1;34", f"{local:%A} {local.day} {local:%B %Y}"), flush=True)
        margin = " " * (12 + WHO)
        lines = textwrap.wrap(what, WIDTH - len(margin)) or [""]
        print(f"  {local:%H:%M}  {self.mark('1;35', self.case)}  {self.mark('1', who.ljust(WHO))}{lines[0]}")
        for line in lines[1:]:
            print(margin + line)
        for line in textwrap.wrap(seen or "", WIDTH - len(margin) - 2, break_long_words=False, break_on_hyphens=False):
            print(margin + self.mark("2", "| " + line))
        print(end="", flush=True)


def plainly(value, path=""):
    """What a body says, on one line: nothing of it is left out."""
    if isinstance(value, dict):
        return ", ".join(filter(None, (plainly(inner, f"{path} {key}".strip()) for key, inner in value.items())))
    if isinstance(value, list):
        return ", ".join(filter(None, (plainly(inner, f"{path} {n}") for n, inner in enumerate(value, 1))))
    return f"{path}: {value if isinstance(value, str) else json.dumps(value)}"


def of_xml(element, path=""):
    """The same of an XML file."""
    path = f"{path} {element.tag}".strip()
    own = [f"{path} {name}: {text}" for name, text in element.attrib.items()]
    text = (element.text or "").strip()
    return ", ".join(own + ([f"{path}: {text}"] if text else []) + [of_xml(child, path) for child in element])


class Police:
    """The force's system: it writes an export and renames it, and reads the receipt."""

    def __init__(self, world, hub, say):
        self.world, self.hub, self.say = world, hub, say

    def export(self, name):
        shutil.copyfile(ROOT / "deploy/beacon/samples" / name, self.world.incoming / (name + ".part"))
        (self.world.incoming / (name + ".part")).rename(self.world.incoming / name)
        path = self.world.incoming / "receipts" / (name + ".json")
        receipt = json.loads(self.hub.until(f"the force has its receipt for {name}", lambda: path.exists() and path.read_text()))
        shutil.copyfile(path, self.world.records / f"receipt-{name}.json")
        self.say("Northshire Police", f"exports {name}; its receipt says: {receipt['taken']} taken, {receipt['repeated']} came "
                 f"before and changed nothing, {receipt['held']} held for a person")


class Practitioner:
    """A worker of the hub. She rings nobody unless the hub says that the call is safe now."""

    def __init__(self, name, world, hub, say):
        self.name, self.hub, self.say = name, hub, say
        self.token = hub.administer("user", "add", name.lower(), "practitioner")
        self.calls, self.seen = Journal(world.records / "calls.jsonl"), Journal(world.records / "team.jsonl")

    def open(self, case):
        status, body = self.hub.call(self.token, "GET", f"/v1/cases/{case}")
        if status != 200:
            raise DemoFailed(f"a case cannot be opened: {status} {body}")
        self.seen.note(at=utc(self.hub.now), case=case, body=body)
        return body

    def work_through(self, names):
        """Opens cases from the top of the list until each of these families was met: {family name: case}."""
        found, opened = {}, 0
        for item in self.hub.items(self.token, "/v1/cases"):
            family = self.open(item["case"])["facts"].get("victim", {}).get("name", {}).get("family")
            opened += 1
            if family in names:
                found[family] = item["case"]
            if len(found) == len(names):
                return found, opened
        raise DemoFailed(f"of {opened} cases none is that of {', '.join(set(names) - set(found))}")

    def ring(self, case, whom):
        """Claims a call. The number to ring, or nothing where the hub says no; then nothing rings."""
        status, answer = self.hub.call(self.token, "POST", f"/v1/cases/{case}/calls", {})
        if status == 200:
            numbers = [phone["number"] for phone in answer["facts"]["victim"]["phone"]]
            number, how = numbers[0], []
            if answer["first-contact"]:
                how.append(f"a first contact: ask \"{answer['identity-question']}\", name no agency, leave no message")
            if answer["withhold-number"]:
                how.append("with our number withheld")
            self.calls.note(at=utc(self.hub.now), case=case, whom=whom, rung=number, answer=answer)
            self.say(self.name, f"asks whether {whom} may be rung: yes, on {' or '.join(numbers)}"
                     + (f" ({'; '.join(how)})" if how else "") + f". Rings {number}")
            return number
        if status != 409 or "reason" not in answer:
            raise DemoFailed(f"POST /v1/cases/{{id}}/calls: {status} {answer}")
        self.calls.note(at=utc(self.hub.now), case=case, whom=whom, rung=None, answer=answer)
        then = answer.get("next-allowed-at")
        if then:
            local = datetime.datetime.fromisoformat(then.replace("Z", "+00:00")).astimezone(LONDON)
            then = f"; from {local:%A} {local.day} {local:%B, %H:%M}"
        self.say(self.name, f"asks whether {whom} may be rung: no, {answer['reason'].replace('-', ' ')}{then or ''}. Nothing rings")
        return None

    def enter(self, case, record):
        """What was said on the telephone, in the words of the canonical contact-result."""
        record["contact"]["at"] = utc(self.hub.now)
        status, body = self.hub.call(self.token, "POST", f"/v1/cases/{case}/contacts", record)
        if status != 201:
            raise DemoFailed(f"what was said cannot be entered: {status} {body}")

    def state_of(self, case, service):
        """How far the case's referral for this service has come, or nothing."""
        return next((r["state"] for r in self.open(case)["referrals"] if r["service"] == service), None)


class LightPartner:
    """A partner without a system: it looks at the hub's door with its token, and answers there."""

    def __init__(self, name, title, world, hub, say):
        self.name, self.title, self.hub, self.say = name, title, hub, say
        self.token = hub.administer("partner", "token", name)
        self.seen, self.last = Journal(world.records / f"{name}.jsonl"), {}
        hub.watchers.append(self.look)

    def look(self):
        for item in self.hub.items(self.token, "/v1/referrals"):
            if self.last.get(item["reference"]) != item:
                self.last[item["reference"]] = item
                self.seen.note(at=utc(self.hub.now), item=item)

    def offer(self, is_so, what):
        """The one thing asked of this partner for which `is_so` holds."""
        return self.hub.until(f"{self.title} sees {what}", lambda: next((i for i in self.last.values() if is_so(i)), None))

    def shown(self, item, what):
        self.say(self.title, what, plainly(item.get("referral", {})))

    def shown_as(self, other, item, what):
        """Of what was shown to another before it: said once, where nothing but its own reference and time differ."""
        def rest(shown):
            return {**shown["referral"], "request": {**shown["referral"]["request"], "reference": "", "reply-by": ""}}
        if rest(other) != rest(item):
            return self.shown(item, what)
        self.say(self.title, f"{what} the same, under a reference of its own")

    def vacancy(self, places, **more):
        body = {"vacancy": {"service": "refuge", "places": places, "as-of": utc(self.hub.now), **more}}
        status, answer = self.hub.call(self.token, "POST", f"/v1/partners/{self.name}/messages", body)
        if status != 202:
            raise DemoFailed(f"{self.title} cannot say its places: {status} {answer}")

    def tell(self, reference, **record):
        for part in record.values():
            part.setdefault("at", utc(self.hub.now))
        body = {"request": {"reference": reference}, **record}
        status, answer = self.hub.call(self.token, "POST", f"/v1/referrals/{reference}/answers", body)
        if status != 201:
            raise DemoFailed(f"{self.title} cannot answer: {status} {answer}")


class Council:
    """A council with a housing system of its own: referrals arrive there over HTTPS, answers are fetched from it."""

    def __init__(self, title, folder, hub, say):
        self.title, self.folder, self.hub, self.say, self.count = title, folder, hub, say, 0

    def received(self, family_of_message):
        path = self.folder / "received.jsonl"
        for line in path.read_text().splitlines() if path.exists() else []:
            entry = json.loads(line)
            if entry["effect"] and f"-{family_of_message}-" in entry["key"]:
                return json.loads(entry["body"])
        return None

    def await_offer(self):
        return self.hub.until(f"{self.title} receives an offer", lambda: self.received("offer"))

    def tell(self, **answer):
        self.count += 1
        write_whole(self.folder / "answers" / f"answer-{self.count}.json", json.dumps(answer))


class Charity:
    """A charity whose system reads and writes XML files in its own SFTP folder."""

    def __init__(self, title, folder, hub, say):
        self.title, self.folder, self.hub, self.say, self.count = title, folder, hub, say, 0

    def file(self, notice):
        found = [path for path in (self.folder / "in").iterdir() if f"-{notice}-" in path.name and path.suffix == ".xml"]
        return found[0].read_text() if found else None

    def await_file(self, notice):
        return self.hub.until(f"{self.title} finds a file in its folder", lambda: self.file(notice))

    def shown(self, xml, what):
        root = ElementTree.fromstring(xml)
        self.say(self.title, what, ", ".join(of_xml(child) for child in root))

    def answer(self, xml, decision):
        self.count += 1
        answer = ElementTree.Element("Answer")
        for name, text in (("Reference", ElementTree.fromstring(xml).findtext("Reference")), ("Decision", decision),
                           ("At", utc(self.hub.now))):
            ElementTree.SubElement(answer, name).text = text
        write_whole(self.folder / "answers" / f"answer-{self.count}.xml", ElementTree.tostring(answer, encoding="unicode"))
