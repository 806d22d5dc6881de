"""A mother whose husband is always at home can be rung only in the times that she names herself.

Nobody knows whether any number is safe: the first call is made by a person, by the first-contact protocol. She names a window and
another telephone. Outside the window nothing rings, whoever asks, whatever a later export says. In the window she accepts support.
"""
TITLE = "A mother whose husband is always at home"


def story(s):
    pat, kindred = s.pat, s.kindred
    case = s.case["Hartwell"]
    yield "21 November 10:25"
    s.say(pat.name, "reads of Leila Hartwell: one number of which nobody knows whether it is safe, one that is not; he lives with her")
    pat.ring(case, "Leila Hartwell")
    s.say("Leila Hartwell", "whispers: \"Not now, he is in the kitchen. Never on this one again; the other number is his. Ring the "
          "telephone that I keep at my sister's: Tuesday or Thursday, one o'clock until half past two.\"")
    pat.enter(case, {
        "contact": {"channel": "call", "outcome": "cut-short", "help": "undecided", "number": "+447700900356"},
        "victim": {
            "phone": [{"number": "+447700900356", "kind": "mobile", "safe": "no"},
                      {"number": "+447700900358", "kind": "other-person", "safe": "yes", "text-safe": "no", "voicemail-safe": "no"}],
            "safe-contact": {
                "window": [{"day": "tuesday", "from": "13:00:00", "until": "14:30:00"},
                           {"day": "thursday", "from": "13:00:00", "until": "14:30:00"}],
                "if-other-answers": "nothing", "withhold-number": "yes"}},
        "perpetrator": [{"name": {"given": "Craig", "family": "Hartwell"}, "birth-date": "1985-11-11",
                         "relationship-to-victim": "husband", "lives-with-victim": "yes", "phone": [{"number": "+447700900357"}]}]})

    yield "21 November 15:00"
    pat.ring(case, "Leila Hartwell")

    yield "23 November 06:10"
    s.police.export("incidents-2026-11-23-0600.csv")
    s.say("Northshire Police", "(in it a clerk has marked the husband's number as safe. No stays no)")
    yield "23 November 13:15"
    pat.ring(case, "Leila Hartwell")

    yield "24 November 12:59"
    pat.ring(case, "Leila Hartwell")
    yield "24 November 13:05"
    pat.ring(case, "Leila Hartwell")
    s.say("Leila Hartwell", "\"Somebody to talk to would be good. They may ring me here, at these times.\"")
    pat.enter(case, {
        "contact": {"channel": "call", "outcome": "reached", "help": "accepted", "number": "+447700900358"},
        "victim": {"phone": [{"number": "+447700900358", "kind": "other-person", "safe": "yes"}]},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "need": [{"service": "emotional-support"}]})
    drop = kindred.await_file("offer")
    kindred.shown(drop, "finds a new file in its SFTP folder, without a name:")
    yield "24 November 14:40"
    pat.ring(case, "Leila Hartwell")
    yield "24 November 15:20"
    kindred.answer(drop, "yes")
    s.say("Kindred Support", "drops its answer: yes")
    kindred.shown(kindred.await_file("confirm"), "is confirmed; the second file says whom to ring, on which number and when:")
    s.hub.until("the referral is accepted", lambda: pat.state_of(case, "emotional-support") == "accepted")
    s.say("The hub", "her husband's number, their address and his work went nowhere")
