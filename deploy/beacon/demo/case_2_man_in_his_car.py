"""A man who sleeps in his car, refused by the council a week ago, is rehoused the same day.

The clock starts when he accepts help. The first council says no, the second yes before it closes; the outcome comes back.
Then a charity for men is asked, by a file in its folder, since files are what it has.
"""
TITLE = "A man who sleeps in his car"


def story(s):
    pat, eastford, westmere, steadfast = s.pat, s.eastford, s.westmere, s.steadfast
    case = s.case["Quarrington"]
    yield "21 November 09:55"
    pat.ring(case, "Owen Quarrington")
    s.say("Owen Quarrington", "\"I asked Eastford a week ago, they sent me away. Anything with a door.\"")
    pat.enter(case, {
        "contact": {"channel": "call", "outcome": "reached", "help": "accepted", "number": "+447700900271"},
        "victim": {"phone": [{"number": "+447700900271", "kind": "mobile", "safe": "yes"}]},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "approach": [{"to": "Eastford District Council", "at": "2026-11-14", "answer": "refused"}],
        "need": [{"service": "rehousing"}]})
    offer = eastford.await_offer()
    s.say("The hub", "the same-day clock runs; Eastford is asked first")
    s.say("Eastford Council", "its housing system receives, over HTTPS:", s.plainly(offer))

    yield "21 November 11:25"
    eastford.tell(messageType="answer", externalId=offer["externalId"], decision="DECLINED", decidedAt=s.utc(),
                  reasonCode="NO-STOCK", caseNumber="EH-2026-0815")
    s.say("Eastford Council", "declines: no stock. The hub fetches the answer and asks the next")
    asked = westmere.offer(lambda i: i["state"] in ("sent", "delivered"), "the offer")
    westmere.shown(asked, "has no such system; its duty officer looks at the hub's door and sees:")

    yield "21 November 13:10"
    westmere.tell(asked["reference"], answer={"kind": "accept"})
    s.say("Westmere Council", "accepts, hours before it closes")
    won = westmere.offer(lambda i: i.get("referral", {}).get("victim", {}).get("name"), "who is coming")
    westmere.shown(won, "is confirmed, and now learns who he is:")
    yield "21 November 16:20"
    westmere.tell(asked["reference"], outcome={"kind": "rehoused"})
    s.hub.until("the referral is completed", lambda: pat.state_of(case, "rehousing") == "completed")
    s.say("Westmere Council", "rehoused: he has the key of a flat, the same day")

    yield "21 November 16:45"
    pat.ring(case, "Owen Quarrington")
    s.say("Owen Quarrington", "\"Warm. Quiet. I would not mind somebody to talk to.\"")
    pat.enter(case, {
        "contact": {"channel": "call", "outcome": "reached", "help": "accepted", "number": "+447700900271"},
        "victim": {"phone": [{"number": "+447700900271", "kind": "mobile", "safe": "yes"}]},
        "need": [{"service": "mens-support"}]})
    drop = steadfast.await_file("offer")
    steadfast.shown(drop, "finds a new file in its SFTP folder, without a name:")

    yield "23 November 09:30"
    steadfast.answer(drop, "yes")
    s.say("Steadfast", "opens on Monday, reads, and drops its answer: yes")
    steadfast.shown(steadfast.await_file("confirm"), "is confirmed; the second file says whom to ring:")
    s.hub.until("the referral is accepted", lambda: pat.state_of(case, "mens-support") == "accepted")
