"""A mother with two children, controlled in everything, must get to a place of safety today.

Three refuges are asked whether they have room, without a word about who she is. Two have. One is confirmed first: it alone
learns her name. The other two learn that they are not needed, and nothing else. Where the refuge is, nobody ever sees.
"""
TITLE = "A mother and two children need a place of safety"


def story(s):
    pat, harbour, lantern, rowan = s.pat, s.harbour, s.lantern, s.rowan
    yield "21 November 08:05"
    s.say("The refuges", "say in the morning how many places they have: Harbour 1, Lantern 2, Rowan 1")
    for refuge, places in ((harbour, 1), (lantern, 2), (rowan, 1)):
        refuge.vacancy(places, adults=1, children=3)

    yield "21 November 09:20"
    pat.ring(s.case["Thornfield"], "Maya Thornfield")
    s.say("Maya Thornfield", "\"Yes. Please. Today, while he is out.\" Her own telephone is still safe; the one at home is not. "
          "Nowhere in Eastford: his family is there")
    pat.enter(s.case["Thornfield"], {
        "contact": {"channel": "call", "outcome": "reached", "help": "accepted", "number": "+447700900142"},
        "victim": {"phone": [{"number": "+447700900142", "kind": "mobile", "safe": "yes"}]},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "avoid": [{"area": "E07999001"}],
        "need": [{"service": "refuge"}]})
    s.say("The hub", "asks three refuges at once whether they have room; the same-day clock runs")
    asked = {refuge: refuge.offer(lambda i: i["state"] in ("sent", "delivered"), "the question") for refuge in (harbour, lantern, rowan)}
    harbour.shown(asked[harbour], "is asked for room, and sees all of this and no more:")
    for refuge in (lantern, rowan):
        refuge.shown_as(asked[harbour], asked[refuge], "is asked for room, and sees")

    yield "21 November 09:31"
    rowan.tell(asked[rowan]["reference"], answer={"kind": "no-capacity"})
    s.say("Rowan Refuge", "no: the room was taken this morning")
    yield "21 November 09:34"
    lantern.tell(asked[lantern]["reference"], answer={"kind": "has-capacity"})
    s.say("Lantern Refuge", "has room")
    yield "21 November 09:36"
    harbour.tell(asked[harbour]["reference"], answer={"kind": "has-capacity"})
    s.say("Harbour Refuge", "has room")
    offered = {refuge: refuge.offer(lambda i: i.get("referral", {}).get("risk"), "the offer") for refuge in (harbour, lantern)}
    harbour.shown(offered[harbour], "is offered the household, still without a name:")
    lantern.shown_as(offered[harbour], offered[lantern], "is offered the household too, and sees")

    yield "21 November 09:48"
    harbour.tell(asked[harbour]["reference"], answer={
        "kind": "accept", "until": "2026-11-21T18:00:00Z",
        "place": {"building": "9", "street": "Lighthouse Steps", "town": "Port Fiction", "postcode": "ZZ99 9XY"}})
    s.say("Harbour Refuge", "yes, the room is kept until 18:00. Its address goes into the sealed case and to nobody")
    won = harbour.offer(lambda i: i.get("referral", {}).get("victim", {}).get("name"), "who is coming")
    harbour.shown(won, "is confirmed, and only now learns who is coming:")
    yield "21 November 09:49"
    lantern.tell(asked[lantern]["reference"], answer={"kind": "accept"})
    s.say("Lantern Refuge", "yes, a minute later")
    lantern.offer(lambda i: i["state"] == "released", "that it is not needed")
    s.say("Lantern Refuge", "is told: not needed, thank you. It never learns who she is, nor where she went")

    yield "21 November 10:15"
    harbour.tell(asked[harbour]["reference"], arrival={"kind": "expected"})
    s.say("Harbour Refuge", "expects her; a driver is on the way")
    yield "21 November 11:40"
    harbour.tell(asked[harbour]["reference"], arrival={"kind": "arrived"})
    s.say("Harbour Refuge", "\"They are here, all three.\"")
    yield "21 November 12:30"
    harbour.tell(asked[harbour]["reference"], outcome={"kind": "placed"})
    s.hub.until("the referral is completed", lambda: pat.state_of(s.case["Thornfield"], "refuge") == "completed")
    s.say("The hub", "Maya and her children are placed; the clock of the day stopped at the confirmation, 09:48")
