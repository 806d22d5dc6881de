"""The faults that `check --prove` plants, one at a time, each in a copy of a right run's records: its name, what it does to the
folder, and what the checker must complain of."""
import json, shutil


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def rewrite(path, change):
    entries = lines(path)
    changed = change(entries)
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in (entries if changed is None else changed)))


def shown_to(partner, change):
    return lambda folder: rewrite(folder / f"{partner}.jsonl", change)


def in_file(partner, notice, old, new):
    def plant(folder):
        path = next((folder / partner / "in").rglob(f"*-{notice}-*"))
        text = path.read_text()
        assert old in text, f"the proof does not fit the records: no {old}"
        path.write_text(text.replace(old, new, 1))
    return plant


def last_victim(entries):
    return entries[-1]["item"].setdefault("referral", {}).setdefault("victim", {})


def body_of(entries, change):
    body = json.loads(entries[0]["body"])
    change(body)
    entries[0]["body"] = json.dumps(body)


def council(change):
    return lambda folder: rewrite(folder / "eastford-council/received.jsonl", change)


def call(number, **values):
    return lambda folder: rewrite(folder / "calls.jsonl", lambda calls: calls_of_leila(calls)[number].update(values))


def calls_of_leila(calls):
    return [c for c in calls if c["whom"] == "Leila Hartwell"]


def state_in_team(person, service, state):
    def change(entries):
        for entry in entries:
            if entry["body"]["facts"].get("victim", {}).get("name", {}).get("family") == person:
                for referral in entry["body"]["referrals"]:
                    referral["state"] = state if referral["service"] == service else referral["state"]
    return lambda folder: rewrite(folder / "team.jsonl", change)


def twice(folder):
    path = next((folder / "steadfast/in").rglob("*-offer-*"))
    shutil.copyfile(path, path.with_name("0123456789abcdef-offer-1-0123456789ab.xml"))


FAULTS = [
    ("the loser is offered the name", shown_to("lantern-refuge", lambda e: last_victim(e).update(name={"family": "Thornfield"})),
     "lantern-refuge (released) got victim/name/family"),
    ("an offer says where he lived", council(lambda e: body_of(e, lambda b: b["person"].update(address="4 Pebblegate Mews"))),
     'eastford-council holds "Pebblegate Mews"'),
    ("the outcome is dropped", state_in_team("Quarrington", "rehousing", "accepted"), "rehousing is accepted at team; due: completed"),
    ("she is never told to have arrived", shown_to("harbour-refuge", lambda e: [x for x in e if x["item"]["state"] != "arrived"]),
     "refuge is expected at harbour-refuge; due: arrived"),
    ("the charity is never confirmed", lambda folder: next((folder / "steadfast/in").rglob("*-confirm-*")).unlink(),
     "mens-support is offer at steadfast; due: confirm"),
    ("a charity gets an offer twice", twice, "steadfast got its offer 2 times"),
    ("the council gets an offer twice", council(lambda e: e + [dict(e[0], key="0123456789abcdef-offer-1-0123456789ab")]),
     "eastford-council got its offer 2 times"),
    ("a call outside the window", call(1, rung="+447700900358"), "Leila Hartwell was rung outside the window"),
    ("the husband's telephone is rung", call(4, rung="+447700900357"), "07700 900357 is never to be rung"),
    ("a refusal that does not say when", call(2, answer={"reason": "outside-window"}), "was refused without the next time"),
    ("the window is lost on the way", in_file("kindred", "confirm", '<CallWindow day="thursday" from="13:00:00" until="14:30:00"/>', ""),
     "kindred (confirm) did not get Referral/Person/CallWindow[2]/day"),
    ("his work is told", in_file("kindred", "confirm", "</Risk>", "</Risk><Note>works at Ironbridge</Note>"), 'kindred holds "Ironbridge"'),
    ("the name goes before the yes", in_file("kindred", "offer", "<Person>", "<Person><LastName>Hartwell</LastName>"),
     "kindred (offer) got Referral/Person/LastName"),
    ("the officer's notes go along", council(lambda e: body_of(e, lambda b: b.update(notes="behind the closed garden centre"))),
     'eastford-council holds "closed garden centre"'),
    ("the release never comes", shown_to("lantern-refuge", lambda e: [x for x in e if x["item"]["state"] != "released"]),
     "lantern-refuge saw the states delivered; due: delivered, released"),
    ("two refuges are confirmed", shown_to("lantern-refuge", lambda e: e[-1]["item"].update(state="confirmed")),
     "lantern-refuge saw the states delivered, confirmed"),
    ("a refuge is told who else was asked", shown_to("rowan-refuge", lambda e: e[-1]["item"].update(instead="harbour-refuge")),
     'rowan-refuge holds "harbour"'),
    ("the team sees where the refuge is", lambda folder: rewrite(folder / "team.jsonl", lambda e: e[-1]["body"]["facts"].update(
        answer={"place": {"street": "Lighthouse Steps"}})), 'team holds "Lighthouse Steps"'),
    ("a name in the log", lambda folder: (folder / "hub.log").write_text((folder / "hub.log").read_text() + "no map for Quarrington\n"),
     'log holds "Quarrington"'),
    ("a record of the force is lost", lambda folder: [p.unlink() for p in [sorted(folder.glob("receipt-*"))[0]]],
     "the force was told of"),
    ("a message is stuck", lambda folder: (folder / "held.json").write_text(json.dumps(
        [{"partner": "kindred", "where": "", "fault": "conflict", "why": "changed"}])), "held: kindred"),
    ("a wrong number is passed on", in_file("steadfast", "confirm", "07700900271", "07700900172"),
     "steadfast (confirm) got another value for Referral/Person/Telephone/Number"),
]
