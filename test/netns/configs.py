# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations of servers that are not the samples alone: a plain registrar, and what stands
behind etc/kamailio.cfg in variants of it.
"""

import os
import subprocess

ETC = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "etc")

# a registrar behind an edge; with topology hiding beside us
MORE = {
    "core": """
modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 0)
""",
    "topoh": """
loadmodule "topoh.so"
modparam("topoh", "mask_key", "lab")
modparam("topoh", "mask_ip", "192.0.2.254")
""",
    "topoh-id": """
loadmodule "topoh.so"
modparam("topoh", "mask_key", "lab")
modparam("topoh", "mask_ip", "192.0.2.254")
modparam("topoh", "mask_callid", 1)
""",
    "topos": """
loadmodule "db_sqlite.so"
loadmodule "topos.so"
modparam("topos", "db_url", "sqlite:///%(directory)s/topos.sqlite")
""",
}

PLAIN_CFG = """#!KAMAILIO
# a registrar and proxy that does what RFC 3261 and RFC 3327 say, and nothing about NATs
debug=2
log_stderror=no
children=4
auto_aliases=no
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "ctl.so"
modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 0)
request_route {
	if (!mf_process_maxfwd_header("10")) exit;
	if (is_method("CANCEL")) {
		if (t_check_trans()) t_relay();
		exit;
	}
	if (has_totag()) {
		if (loose_route()) {
			if (is_method("NOTIFY")) record_route();
			t_relay();
		} else if (is_method("ACK")) {
			if (t_check_trans()) t_relay();
		} else {
			sl_send_reply("404", "Not Here");
		}
		exit;
	}
	t_check_trans();
	remove_hf("Route");
	if (is_method("REGISTER")) {
		if (!save("location")) sl_reply_error();
		exit;
	}
	if (uri != myself) {
		sl_send_reply("403", "Relaying Denied");
		exit;
	}
	if (!lookup("location")) {
		sl_send_reply("404", "Not Found");
		exit;
	}
	if (is_method("INVITE|SUBSCRIBE|REFER")) record_route();
	t_relay();
	exit;
}
"""


def _write(net, name, text):
    with open(net.lab.path(name), "w", encoding="ascii") as file:
        file.write(text)


def write_plain(net, name="plain.cfg"):
    _write(net, name, PLAIN_CFG)


def write_configs(net):
    """core.cfg, plain.cfg and one for each kind of topology hiding."""
    write_plain(net)
    for name, more in MORE.items():
        _write(net, f"{name}.cfg", f'#!KAMAILIO\ninclude_file "{ETC}/kamailio.cfg"\n'
               + more % {"directory": net.lab.directory})
    database = net.lab.path("topos.sqlite")
    if os.path.exists(database):
        os.unlink(database)
    for tables in ("standard", "topos"):
        with open(f"/usr/share/kamailio/db_sqlite/{tables}-create.sql", encoding="ascii") as script:
            subprocess.run(["sqlite3", database], stdin=script, check=True)
