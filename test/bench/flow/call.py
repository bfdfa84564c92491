# SPDX-License-Identifier: GPL-2.0-or-later
"""Registrations and a whole call through one server, each message counted, and each checked to arrive."""

import phone
from configs import REGISTRAR
from wire import Failed

# what is counted, in order
MESSAGES = ("REGISTER", "INVITE", "180", "200", "ACK", "BYE", "200 to BYE")
SUPPORTED = "Supported: replaces, timer"


def only(sent, start, to):
    """The one packet that begins like this; it must go to `to`."""
    found = [(where, text) for where, text in sent if text.startswith(start)]
    if len(found) != 1:
        raise Failed(f"{len(found)} packets '{start}' instead of one; sent was: {[(w, t[:40]) for w, t in sent]}")
    if found[0][0] != to:
        raise Failed(f"'{start}' went to {found[0][0]} and not to {to}:\n{found[0][1]}")
    return found[0][1]


def registration(who, number):
    more = [
        f'Contact: {who.contact};reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-0004f2a1b2c3>"',
        f"Allow: {phone.ALLOW}",
        "Supported: path, gruu, outbound",
        "Expires: 600",
    ]
    return who.request(
        "REGISTER", f"sip:{phone.DOMAIN}", number, branch=f"5a3f-{number}", call_id=f"b1946ac9-{who.user}@{phone.DOMAIN}",
        tag="4b1fcd07", more=more,
    )  # fmt: skip


def register(server, who, label, number):
    only(server.deliver(label, who.source, registration(who, number)), "SIP/2.0 200", who.source)


def register_onward(server, who, label, number, path):
    """A REGISTER goes on to another registrar; its 200 comes back."""
    arrived = only(server.deliver(f"{label}", who.source, registration(who, number)), "REGISTER ", REGISTRAR)
    if len(phone.fields(arrived, "Path")) != path:
        raise Failed(f"{len(phone.fields(arrived, 'Path'))} Path instead of {path}:\n{arrived}")
    more = [*phone.fields(arrived, "Path"), f"Contact: {who.contact};expires=600"]
    ok = who.reply(arrived, 200, "OK", tag="ab12", more=more)
    only(server.deliver(f"{label}" if label == "-" else f"{label} 200", REGISTRAR, ok), "SIP/2.0 200", who.source)


def ask(server, who, user):
    """A request that the script alone has to do with."""
    server.deliver(user, who.source, who.request("OPTIONS", f"sip:{user}@{phone.DOMAIN}", 1, branch="1", call_id="1", tag="1"))


TO = f"<sip:1002@{phone.DOMAIN}>"


def ids(net, n):
    return {"call_id": f"71b6ff0d-4c1e2a{n:02d}@{net.caller.claims.partition(':')[0]}", "tag": f"9fe0ab{n:02d}"}


def invite(server, net, n, label):
    """The n-th call begins. What arrives at who is called."""
    alice = net.caller
    text = alice.request(
        "INVITE", f"sip:1002@{phone.DOMAIN}", 102, branch=f"77d1-{n}", to=TO, sdp=True, **ids(net, n),
        more=[f"Contact: {alice.contact}", f"Allow: {phone.ALLOW}", SUPPORTED],
    )  # fmt: skip
    return only(server.deliver(label, alice.source, text), "INVITE ", net.callee.source)


def call(server, net, n, counted=True):
    """The n-th call from beginning to end."""
    alice, bob, tag = net.caller, net.callee, f"e7c8d5{n:02d}"

    def label(message):
        return f"{message}/{n}" if counted else "-"

    register(server, alice, label("REGISTER"), 400 + n)
    at_bob = invite(server, net, n, label("INVITE"))
    contact = f"Contact: {bob.contact}"
    ringing = bob.reply(at_bob, 180, "Ringing", tag=tag, more=[contact])
    only(server.deliver(label("180"), bob.source, ringing), "SIP/2.0 180", alice.source)
    answer = bob.reply(at_bob, 200, "OK", tag=tag, sdp=True, more=[contact, f"Allow: {phone.ALLOW}", SUPPORTED])
    at_alice = only(server.deliver(label("200"), bob.source, answer), "SIP/2.0 200", alice.source)
    dialog = {
        "target": phone.uri(phone.field(at_alice, "Contact")),
        "route": [f"<{uri}>" for uri in phone.routes(at_alice)],
        "to": TO,
        "to_tag": tag,
        **ids(net, n),
    }
    ack = alice.request("ACK", number=102, branch=f"7d90-{n}", more=[f"Contact: {alice.contact}"], **dialog)
    only(server.deliver(label("ACK"), alice.source, ack), "ACK ", bob.source)
    bye = alice.request("BYE", number=103, branch=f"7e02-{n}", **dialog)
    gone = only(server.deliver(label("BYE"), alice.source, bye), "BYE ", bob.source)
    ok = bob.reply(gone, 200, "OK", tag=tag)
    only(server.deliver(label("200 to BYE"), bob.source, ok), "SIP/2.0 200", alice.source)
