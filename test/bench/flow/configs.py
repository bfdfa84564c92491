# SPDX-License-Identifier: GPL-2.0-or-later
"""Kamailio's own sample configuration, as its source tree has it, with three kinds of NAT handling: none, its own
(nathelper), and nat_edge in the place of that. Nothing else differs."""

import os
import re

from wire import Failed


def replace(text, old, new, count=1):
    if text.count(old) != count:
        raise Failed(f"Kamailio's sample configuration has {text.count(old)} times '{old}' instead of {count}")
    return text.replace(old, new)


def sample(tree, *defines):
    """The sample, with what any of our servers needs; @DIR@ is where it runs."""
    with open(os.path.join(tree, "etc/kamailio.cfg"), encoding="utf-8") as file:
        text = file.read()
    # no media relay is measured
    text = re.sub(r'rtpproxy_manage\("(\w+)"\);', r'$var(relay) = "\1";', text)
    text = replace(text, 'loadmodule "rtpproxy.so"\n', "")
    text = replace(text, 'modparam("rtpproxy", "rtpproxy_sock", "udp:127.0.0.1:7722")\n', "")
    text = replace(text, "# auto_aliases=no", 'auto_aliases=no\nalias="pbx.example.org"')
    return replace(text, "#!KAMAILIO\n", "#!KAMAILIO\n" + "".join(f"#!define {d}\n" for d in defines))


def off(tree):
    return sample(tree)


def stock(tree):
    return sample(tree, "WITH_NAT")


def routes(text, name, body):
    """Another body for a route."""
    found = re.findall(rf"^route\[{name}\] \{{\n.*?^\}}\n", text, re.M | re.S)
    if len(found) != 1:
        raise Failed(f"Kamailio's sample configuration has {len(found)} routes '{name}' instead of one")
    return text.replace(found[0], f"route[{name}] {{\n{body}\n}}\n")


def marked(text, statement):
    """What a statement costs: only that is counted, with FLOW_MARKS."""
    text = replace(text, 'loadmodule "siputils.so"\n', 'loadmodule "siputils.so"\nloadmodule "bench_mark.so"\n')
    body = f"\tif (is_method(\"INVITE|SUBSCRIBE\")) {{\n\t\tbench_begin();\n\t\t{statement}\n\t\tbench_end();\n\t}}\n"
    return replace(text, '\tif (is_method("INVITE|SUBSCRIBE")) {\n\t\trecord_route();\n\t}\n', body)


def record_nothing(tree):
    """What bracketing itself costs."""
    return marked(sample(tree), "")


def record_plain(tree):
    return marked(sample(tree), "record_route();")


def with_outbound(text):
    more = 'loadmodule "stun.so"\nloadmodule "outbound.so"\n'
    text = replace(text, 'loadmodule "siputils.so"\n', f'loadmodule "siputils.so"\n{more}')
    return replace(text, "# ----- tm params -----\n", 'modparam("outbound", "force_outbound_flag", 10)\n# ----- tm params -----\n')


def record_outbound(tree):
    """The flow token of Kamailio's outbound module; the flag spares it looking for reasons."""
    text = marked(with_outbound(sample(tree)), "record_route();")
    return replace(text, "\t\tbench_begin();\n", "\t\tsetflag(10);\n\t\tbench_begin();\n")


def record_sealed(tree):
    return marked(edge(tree), "nat_record_route();")


def detect(tree):
    """The first touch of an INVITE by nat_edge."""
    return marked(routes(edge(tree), "NATDETECT", "\treturn;"), "nat_detect();")


def tokens(tree):
    """One token, sealed or opened, as the user of the R-URI names it."""
    text = with_outbound(marked(sample(tree), ""))
    return replace(text, "request_route {\n", "request_route {\n\tbench_token(\"$rU\");\n\texit;\n")


def edge(tree):
    """As an operator would put it there: nathelper's lines go, nat_edge's come."""
    text = sample(tree, "WITH_NAT")
    text = replace(text, 'loadmodule "nathelper.so"', 'loadmodule "nat_edge.so"')
    text = re.sub(r'^modparam\("nathelper", .*\n', "", text, flags=re.M)
    text = replace(text, '"nathelper|registrar"', '"nat_edge|registrar"')
    more = 'modparam("nat_edge", "key_file", "@DIR@/keys")\nmodparam("nat_edge", "nat_flag", FLT_NATS)\n'
    text = replace(text, 'modparam("usrloc", "nat_bflag", FLB_NATB)\n', f'modparam("usrloc", "nat_bflag", FLB_NATB)\n{more}')
    text = routes(text, "NATDETECT", "\tnat_manage();\n\treturn;")
    # of two NATed parties one is enough for the relay: by its registration, or as nat_manage() and nat_route() find
    located = "\t# when routing via usrloc, log the missed calls also\n"
    text = replace(text, located, f"\tif (isbflagset(FLB_NATB)) setflag(FLT_NATS);\n{located}")
    text = replace(text, "\tif (loose_route()) {\n\t\troute(DLGURI);\n", "\tif (nat_route()) {\n")
    text = routes(text, "DLGURI", "\treturn;")
    return routes(text, "NATMANAGE", '\tif (isflagset(FLT_NATS)) $var(relay) = "co";\n\treturn;')


REGISTRAR = "198.51.100.50:5060"


def onward(text):
    """REGISTERs go to another registrar, as at the edge of a network."""
    return routes(text, "REGISTRAR", f'\tif (!is_method("REGISTER")) return;\n\t$du = "sip:{REGISTRAR}";\n\troute(RELAY);')


def onward_off(tree):
    return onward(sample(tree))


def onward_edge(tree):
    """The profile says Path for NATed phones that know of it; there is no registrar here that could be told."""
    keep = 'modparam("nat_edge", "contact_register", "keep")\n'
    return onward(replace(edge(tree), 'modparam("nat_edge", "key_file"', f'{keep}modparam("nat_edge", "key_file"'))
