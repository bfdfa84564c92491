# SPDX-License-Identifier: GPL-2.0-or-later
"""How calls end, and who may use their way: the media engine keeps nothing of a call that
ended or never began, media stays alive while the call does, and nobody sends through the
server what belongs to no dialog of it.
"""

import json
import re
import socket
import time

from calls import RELAY, code_of, end, late_offer, not_left, ring, set_up, status, talk
from pyphone import Dialog, PyPhone, Silence
from server import MEDIA_CONTROL, Server

DOMAIN = "example.org"
FOREIGN = "elsewhere.example"
LATE_SECONDS = 8


def endpoint(index):
    return f"192.168.1.{10 + index}", f"198.51.100.{150 + index}"


def build(net):
    lab = net.lab
    lab.tool("nat", "n-calls", "--kind", "symmetric", "--wan", "203.0.113.80")
    lab.tool("nat", "n-gone", "--kind", "cone", "--wan", "203.0.113.81")
    for index, (name, *_) in enumerate(CASES):
        inside, outside = endpoint(index)
        lab.tool("phone", f"in-{name}", "--nat", "n-gone" if name == "gone" else "n-calls", inside)
        lab.tool("phone", f"out-{name}", "--public", outside)
    lab.tool("phone", "third", "--public", "198.51.100.190")
    lab.tool("phone", "target", "--public", "198.51.100.191")
    lab.tool("server", "spare", "198.51.100.6")


def rejected(net, words, public, nated):
    sent, arrived = ring(public, nated)
    held = sent.get("Call-ID") in net.servers["main"].sessions()
    nated.reply(arrived, "486 Busy Here")
    answer = public.final(sent)
    public.acknowledge(sent, answer)
    not_left(net, words, sent.get("Call-ID"), held, answer.status, 486)


def cancelled(net, words, public, nated):
    sent, arrived = ring(public, nated)
    held = sent.get("Call-ID") in net.servers["main"].sessions()
    public.in_transaction("CANCEL", sent)
    nated.reply(nated.expect_request("CANCEL"), "200 OK")
    nated.reply(arrived, "487 Request Terminated")
    answer = public.final(sent)
    public.acknowledge(sent, answer)
    not_left(net, words, sent.get("Call-ID"), held, answer.status, 487)


def gone(net, words, public, nated):
    """The phone's connection is closed, its registration is not ended."""
    net.lab.run("n-gone", ["nft", "-f", "-"], """
table inet knock {
    counter syn { }
    chain prerouting {
        type filter hook prerouting priority raw
        iifname "wan" tcp flags & (syn | ack) == syn counter name syn
    }
}
""")
    nated.sock.close()
    time.sleep(1)
    sent = public.invite(nated.user)
    code = code_of(public, sent)
    not_left(net, words, sent.get("Call-ID"), True, code, 404, 480)
    time.sleep(1)
    listing = json.loads(net.lab.run("n-gone", ["nft", "-j", "list", "counters"]))
    packets = [entry["counter"]["packets"] for entry in listing["nftables"] if "counter" in entry]
    net.claims.check(f"{words}: the server does not try to connect to the NAT", packets == [0],
                     f"TCP SYN at its outside: {packets}")


def caller_ends(net, words, public, nated):
    talk(net, words, set_up(public, nated))
    end(net, words, public, nated)


def callee_ends(net, words, public, nated):
    talk(net, words, set_up(public, nated))
    end(net, words, nated, public)


def forked(net, words, public, nated):
    """One user, two phones, registered in both orders; each of them answers one call."""
    other = PyPhone(net.lab, "third", "198.51.100.190", RELAY)
    for first, phones in (("NATed", (nated, other)), ("public", (other, nated))):
        for phone in phones:
            phone.user = f"fork-{first}"
            phone.register()
        for who, taker, loser in (("public", other, nated), ("NATed", nated, other)):
            title = f"{words}, the {first} one registered first, the {who} one answers"
            one_of_two(net, title, public, taker, loser)


def one_of_two(net, title, caller, taker, loser):
    sent = caller.invite(taker.user)
    arrived = {phone: phone.expect_request("INVITE") for phone in (taker, loser)}
    for phone, invite in arrived.items():
        phone.reply(invite, "180 Ringing")
        caller.expect(lambda m: m.status == 180)
    taker.accept(arrived[taker])
    answer = caller.final(sent)
    caller.acknowledge(sent, answer)
    taker.expect_request("ACK")
    loser.reply(loser.expect_request("CANCEL"), "200 OK")
    loser.reply(arrived[loser], "487 Request Terminated")
    sides = (caller, answer.media()), (taker, arrived[taker].media())
    hosts = [media[0] for _, media in sides]
    net.claims.check(f"{title}: both sides get the relay, or both each other",
                     hosts in ([RELAY, RELAY], [taker.address, caller.address]), hosts)
    talk(net, title, sides)
    end(net, title, caller, taker)


def late(net, words, public, nated):
    for who, caller, callee in (("public", public, nated), ("NATed", nated, public)):
        title = f"{words} from a {who} phone"
        late_offer(net, title, caller, callee, caller.invite(callee.user, offer=False))
        again = caller.request("INVITE", caller.dialog)
        late_offer(net, f"{title}, and a re-INVITE without SDP", caller, callee, again)
        end(net, title, caller, callee)


def refused_change(net, words, public, nated):
    for who, active, passive in (("caller", public, nated), ("callee", nated, public)):
        title = f"{words} of the {who}"
        sides = set_up(public, nated)
        talk(net, f"{title}, before", sides)
        sent = active.request("INVITE", active.dialog,
                              body=active.sdp().replace("AVP 0", "AVP 9 0"))
        passive.reply(passive.expect_request("INVITE"), "488 Not Acceptable Here")
        answer = active.final(sent)
        active.acknowledge(sent, answer)
        net.claims.check(f"{title}: refused with 488", answer.status == 488, answer.raw)
        talk(net, f"{title}, after", sides)
        end(net, title, active, passive)


def late_copy(net, words, public, nated):
    """The 200 comes again long after the first, as it does without ACK."""
    sent, arrived = ring(public, nated)
    ok = nated.accept(arrived)
    first = public.final(sent)
    time.sleep(LATE_SECONDS)
    nated.out.sendto(ok.raw.encode(), (nated.server, 5060))
    try:
        second = public.final(sent)
    except Silence:
        second = None
    net.claims.check(f"{words}: arrives like the first",
                     second and second.get("Contact") == first.get("Contact") == ok.get("Contact")
                     and second.all("Record-Route") == first.all("Record-Route")
                     and second.media() == first.media() and first.media()[0] == RELAY,
                     f"first\n{first.raw}\nthen\n{second.raw if second else 'nothing'}")
    public.acknowledge(sent, first)
    nated.expect_request("ACK")
    end(net, words, public, nated)


def forgery(net, words, public, nated):
    """The caller of one call sends requests that look like those of another one."""
    target = PyPhone(net.lab, "target", "198.51.100.191", RELAY)
    net.lab.count_udp(target.name, target.port)
    uri = f"sip:victim@{target.address}:{target.port}"
    set_up(public, nated)
    mark = re.search(r";nat-\w=[^>]+", public.dialog.routes[0])
    net.claims.check(f"{words}: a call has a sealed route", mark, public.dialog.routes)
    forged, held = 0, []
    for what, suffix in (("nothing sealed", ""), ("nat=yes", ";nat=yes"),
                         ("an invented seal", ";nat-d=" + "0123456789abcdef" * 3),
                         ("the seals of another call", mark.group() if mark else ";nat-d=none")):
        forged += 1
        call_id = f"forged-{forged}@{public.name}"
        dialog = Dialog(call_id, public.dialog.local, f"<sip:victim@{RELAY}>;tag=v", uri,
                        [f"<sip:{RELAY};lr{suffix}>"])
        found = []
        for method in ("INVITE", "MESSAGE", "BYE", "ACK"):
            found.append(status(public, method, dialog,
                                body=nated.sdp() if method == "INVITE" else ""))
            held += [call_id] * (call_id in net.servers["main"].sessions())
        net.claims.check(f"{words}: INVITE, MESSAGE, BYE with {what}: 403; ACK: nothing",
                         found == [403, 403, 403, 0], found)
    for method in ("INVITE", "REGISTER"):
        found = status(public, method, Dialog(f"foreign-{method}@{public.name}",
                                              public.dialog.local, f"<sip:x@{FOREIGN}>",
                                              f"sip:x@{FOREIGN}"))
        net.claims.check(f"{words}: {method} for a foreign domain: 403", found == 403, found)
    for what, route in (("a Route to elsewhere", f"<{uri};lr>"),
                        ("the route of a call", public.dialog.routes[0])):
        forged += 1
        call_id = f"forged-{forged}@{public.name}"
        found = status(public, "INVITE", Dialog(call_id, public.dialog.local, f"<{uri}>", uri,
                                                [route]), body=nated.sdp())
        net.claims.check(f"{words}: first INVITE with {what}: 403", found == 403, found)
        held += [call_id] * (call_id in net.servers["main"].sessions())
    came = net.lab.counts(target.name, target.port)[0]
    net.claims.check(f"{words}: nothing reaches the target", came == 0, f"{came} packets")
    net.claims.check(f"{words}: the media engine never held anything of it", not held, held)
    for who, sender, receiver in (("caller", public, nated), ("callee", nated, public)):
        sent = sender.request("MESSAGE", sender.dialog)
        receiver.reply(receiver.expect_request("MESSAGE"), "200 OK")
        found = sender.final(sent).status
        net.claims.check(f"{words}: a MESSAGE of the {who} inside the call passes",
                         found == 200, found)
    end(net, words, public, nated)


def named_domain(net, words, public, nated):
    talk(net, words, set_up(public, nated))
    end(net, words, public, nated, "domain")
    sides = set_up(nated, public)
    talk(net, f"{words}, called from behind the NAT", sides)
    end(net, words, public, nated, "domain")


# name: (words, function, server)
CASES = (
    ("reject", "call that the NATed phone rejects", rejected, "main"),
    ("cancel", "call that is cancelled while the NATed phone rings", cancelled, "main"),
    ("gone", "call to a TCP phone whose connection is closed", gone, "main"),
    ("bye1", "call of a NATed phone that the caller ends", caller_ends, "main"),
    ("bye2", "call of a NATed phone that the callee ends", callee_ends, "main"),
    ("fork", "user with a NATed and a public phone", forked, "main"),
    ("late", "call without offer", late, "main"),
    ("488", "re-INVITE answered with 488", refused_change, "main"),
    ("copy", f"200 sent again after {LATE_SECONDS} s", late_copy, "main"),
    ("forge", "forged request", forgery, "main"),
    ("domain", f"phones of {DOMAIN}", named_domain, "domain"),
)


def two_phones(net, index):
    name, words, function, server = CASES[index]
    inside, outside = endpoint(index)
    address = net.address(server)
    domain = DOMAIN if server == "domain" else None
    nated = PyPhone(net.lab, f"in-{name}", inside, address, domain=domain,
                    transport="tcp" if name == "gone" else "udp")
    public = PyPhone(net.lab, f"out-{name}", outside, address, domain=domain)
    found = [phone.register().status for phone in (nated, public)]
    if net.claims.check(f"{words}: both register", found == [200, 200], found):
        function(net, words, public, nated)


def second_server(net):
    """Beside something that has the control port, a server takes another one or does not start."""
    def start(log, port, **settings):
        server = Server(net.lab, "spare", "198.51.100.6", log=log, PORT=port, **settings)
        ready = server.program.wait_output(r"^run: ready", 20)
        return server, ready

    def check(what, foreign, server, ready):
        if ready:
            own = server.media_control()
            good = own != foreign and server.sessions() == []
            detail = f"ready with the media engine at port {own}, the other one is at {foreign}"
        else:
            detail = server.program.output()
            good = server.program.wait(5) and re.fullmatch(r"run: .*\n", detail)
        net.claims.check(f"second server beside {what}: its own media engine, or one clear line",
                         good, detail)

    first, ready = start("spare1", 5060)
    if net.claims.check("first of two servers starts", ready, first.log_tail()):
        second, ready = start("spare2", 5070)
        check("another one", first.media_control(), second, ready)
        second.program.stop()
        taken = first.media_control()
        third, ready = start("spare3", 5080, MEDIA_CONTROL=taken)
        net.claims.check("server that is told a taken control port: does not start, names it",
                         not ready and third.program.wait(5) == 1
                         and re.match(rf"run: .*\b{taken}\b", third.log_tail(1)),
                         third.log_tail())
        third.program.stop()
        net.claims.check("the first of two servers keeps its media engine", first.sessions() == [])
    first.program.stop()
    with net.lab.socket("spare", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", MEDIA_CONTROL)):
        fourth, ready = start("spare4", 5090)
        check("a foreign program", MEDIA_CONTROL, fourth, ready)
        fourth.program.stop()


def tests():
    yield from ((two_phones, index) for index in range(len(CASES)))
    yield (second_server,)
