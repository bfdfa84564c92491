# SPDX-License-Identifier: GPL-2.0-or-later
"""The keys of flow tokens: their file at start, and the commands that change them."""
import base64
import os
import pwd
import re
import shutil
import stat
import tempfile
import unittest

import jsonrpc
from dialogs import CONTACT, request, routes_of, start_line
from peer import ALLOW_PEERS, Peer, Server, header

ROOT = os.geteuid() == 0
NOBODY = ("-u", "nobody", "-g", "nogroup")
A = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
B = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
# A request that begins a dialog is sent on with a sealed route; one of a dialog is told what its route is worth
CONFIG = """
debug=2
children=3
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "counters.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
""" + ALLOW_PEERS + """
modparam("nat_edge", "private_nets", "builtin:private")
modparam("nat_edge", "key_file", "%s")
""" + jsonrpc.CONFIG + """
request_route {
	nat_manage();
	if (has_totag()) {
		nat_route();
		$var(way) = $rc;
		sl_send_reply("200", "way $var(way)");
		exit;
	}
	nat_record_route();
	$du = "sip:127.0.0.1:" + $hdr(X-Next);
	t_relay();
	exit;
}
"""


def until(peer, name, value):
    """The next message with this header field: others are repeated."""
    while True:
        text = peer.receive()
        if header(text, name) == [value]:
            return text


class Client:
    """A server, its commands, and a phone behind a NAT that calls through it."""

    def __init__(self, case, key_file="", more=(), config=CONFIG):
        self.server = Server(config % key_file, more=more)
        case.addCleanup(self.server.close)
        if not self.server.ready:
            case.fail(self.server.log())
        self.rpc = jsonrpc.Rpc(self.server)
        case.addCleanup(self.rpc.close)
        self.phone, self.next = Peer(), Peer()
        case.addCleanup(self.phone.close)
        case.addCleanup(self.next.close)
        self.calls = 0

    def sealed(self):
        """A route that is sealed now; and its call."""
        self.calls += 1
        call = "call%d-%d" % (self.phone.port, self.calls)
        self.phone.send(request("INVITE", "sip:x@127.0.0.1", ("ta", ""), call, contact=CONTACT % "alice",
                                more=("X-Next: %d" % self.next.port,)), self.server.port)
        route, = routes_of(until(self.next, "Call-ID", call))
        return route, call

    def worth(self, sealed):
        """What nat_route() says of it: 2 is ours, -2 refused."""
        route, call = sealed
        route = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:%d" % self.server.port, route)
        self.phone.send(request("BYE", "sip:x@192.168.1.11", ("ta", "tb"), call, 2, [route]), self.server.port)
        return int(start_line(until(self.phone, "CSeq", "2 BYE")).split("way ")[1])

    def list(self):
        return self.rpc("nat_edge.key_list")

    def uses(self):
        return [key["use"] for key in self.list()]

    def stat(self, name):
        return self.rpc("cnt.get", "nat_edge", name)


def sealed_with(sealed):
    """The id of the key of a route's token."""
    token = re.search(r"nat-[ad]=([\w-]+)", sealed[0]).group(1)
    return base64.urlsafe_b64decode(token[:4])[0] & 15


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o755)
        self.addCleanup(shutil.rmtree, self.dir)
        self.path = os.path.join(self.dir, "keys")

    def write(self, text, mode=0o600):
        with open(self.path, "w") as f:
            f.write(text)
        os.chmod(self.path, mode)

    def read(self, path=None):
        with open(path or self.path) as f:
            return f.read()

    def secrets(self):
        return re.findall(r"\b[0-9a-f]{64}\b", self.read())

    def faults(self, path=None, more=()):
        """Refused, and why."""
        server = Server(CONFIG % (path or self.path), more=more)
        self.addCleanup(server.close)
        self.assertFalse(server.ready, server.log())
        lines = [l.split("): ", 1)[1] for l in server.log().split("\n") if "Kamailio does not start" in l]
        server.close()
        return lines

    def fault(self, client, code, *command):
        with self.assertRaises(jsonrpc.Fault) as said:
            client.rpc(*command)
        self.assertEqual(said.exception.code, code, said.exception)
        return str(said.exception)


class Start(Case):
    def test_the_first_start_makes_the_file_and_the_next_ones_use_it(self):
        first = Client(self, self.path)
        made = self.read()
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(len(self.secrets()), 1)
        self.assertEqual(os.listdir(self.dir), ["keys"])
        self.assertIn(self.path + ": made, with a new key", first.server.log())
        keys, sealed = first.list(), first.sealed()
        self.assertEqual([key["use"] for key in keys], ["seals"])
        self.assertRegex(keys[0]["created"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(first.worth(sealed), 2)
        first.server.close()
        second = Client(self, self.path)
        self.assertEqual(self.read(), made)
        self.assertNotIn("made, with a new key", second.server.log())
        self.assertEqual(second.list(), keys)
        self.assertEqual(second.worth(sealed), 2)

    def test_without_a_file_nothing_that_was_sealed_survives_and_a_warning_says_so(self):
        first = Client(self)
        sealed = first.sealed()
        self.assertEqual(first.worth(sealed), 2)
        self.assertEqual(first.server.log().count("modparam key_file is '': keys of this run only"), 1)
        first.server.close()
        self.assertEqual(Client(self).worth(sealed), -2)

    def test_a_relative_path_begins_at_the_configuration_file(self):
        client = Client(self, "keys", more=("-w", "/"))
        self.assertEqual(len(re.findall(r"[0-9a-f]{64}", self.read(client.server.path("keys")))), 1)

    def test_a_file_by_hand_is_taken(self):
        self.write("# ours\n5 %s 1700000000\n\n15 %s 1600000000\n" % (A, B.upper()))
        client = Client(self, self.path)
        self.assertEqual([(key["id"], key["use"], key["created"]) for key in client.list()],
                         [(5, "seals", "2023-11-14T22:13:20Z"), (15, "opens", "2020-09-13T12:26:40Z")])
        self.assertEqual(sealed_with(client.sealed()), 5)

    def test_every_fault_of_the_file_is_one_line_and_none_tells_a_secret(self):
        self.write("# ours\n16 %s now\n%s 5 1\n" % (A[:-1], B))
        lines = self.faults()
        expected = ((2, "id: '16' is not allowed: 0 to 15"), (2, "secret: '63 characters' is not allowed: 64 hex digits"),
                    (2, "created: 'now' is not allowed: seconds since 1970"),
                    (3, "id: '64 characters' is not allowed: 0 to 15"), (3, "secret: '5' is not allowed: 64 hex digits"))
        self.assertEqual(len(lines), len(expected), lines)
        for (number, text), line in zip(expected, lines):
            self.assertTrue(line.startswith("%s:%d: key: %s" % (self.path, number, text)), line)
        self.assertNotIn("0a0b0c", "".join(lines))

    def refused(self, what, **more):
        before = self.read() if os.path.isfile(self.path) and not os.path.islink(self.path) else None
        lines = self.faults(**more)
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("%s: %s" % (self.path, what)), lines[0])
        if before is not None:
            self.assertEqual(self.read(), before)

    def test_t18_a_file_that_others_have_rights_to_is_refused(self):
        for mode in (0o640, 0o604, 0o620, 0o602, 0o644, 0o666):
            self.write("5 %s 1\n" % A, mode)
            self.refused("file: mode: '%04o' is not allowed: no rights for its group and for others (chmod 600)" % mode)

    @unittest.skipUnless(ROOT, "only root can give files away")
    def test_a_file_of_somebody_else_is_refused(self):
        self.write("5 %s 1\n" % A)
        os.chown(self.path, 12345, -1)
        self.refused("file: owner: '12345' is not allowed: root, or the user that the server runs as")
        os.chown(self.path, 0, 0)
        self.refused("file: open: 'permission denied' is not allowed: ", more=NOBODY)

    def test_what_is_no_key_file_is_refused_and_stays(self):
        self.write("")
        self.refused("file: size: '0 bytes' is not allowed: 1 to 4096 bytes")
        self.write("#" * 5000)
        self.refused("file: size: '5000 bytes' is not allowed: 1 to 4096 bytes")
        self.write("# soon\n")
        self.refused("key: 'no key' is not allowed: one or two, each in a line: ID HEX64 SECONDS")
        self.write("\x7fELF\x02\x01")
        self.assertIn(":1: key: 'too few words' is not allowed: ", self.faults()[0])
        os.unlink(self.path)
        os.symlink("/nowhere/else", self.path)
        self.refused("file: open: 'symbolic link' is not allowed: a regular file, no symbolic link")
        self.assertTrue(os.path.islink(self.path))
        os.unlink(self.path)
        os.mkdir(self.path)
        self.refused("file: type: 'directory' is not allowed: a regular file")

    def test_a_folder_that_is_not_there_is_not_made(self):
        lines = self.faults(path=self.dir + "/no/keys")
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith(self.dir + "/no/keys: file: folder: 'no such file' is not allowed: a folder that "
                                            "the server's user may write to"), lines[0])
        self.assertEqual(os.listdir(self.dir), [])

    def test_a_path_that_is_too_long_is_refused(self):
        self.assertIn("modparam key_file: 'xxx", self.faults(path="x" * 600)[0])

    @unittest.skipUnless(ROOT, "only root can become somebody else")
    def test_started_as_root_the_file_belongs_to_the_user_that_the_server_becomes(self):
        os.chown(self.dir, pwd.getpwnam("nobody").pw_uid, -1)
        client = Client(self, self.path, more=NOBODY)
        made = os.stat(self.path)
        self.assertEqual((made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)),
                         (pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid, 0o600))
        self.assertEqual(client.rpc("nat_edge.key_rotate")["faults"], 0)
        again = os.stat(self.path)
        self.assertEqual((again.st_uid, stat.S_IMODE(again.st_mode)), (made.st_uid, 0o600))
        client.server.close()
        self.assertEqual(Client(self, self.path, more=NOBODY).uses(), ["seals", "opens"])

    @unittest.skipUnless(ROOT, "only root can become somebody else")
    def test_started_as_root_a_folder_that_the_server_cannot_enter_is_refused(self):
        os.chmod(self.dir, 0o700)
        self.refused("file: open: 'permission denied' is not allowed: ", more=NOBODY)


class Commands(Case):
    def test_a_rotation_keeps_what_was_sealed_before_and_drops_what_was_sealed_before_that(self):
        client = Client(self, self.path)
        ids, sealed = [client.list()[0]["id"]], [client.sealed()]
        for number in (1, 2, 3):
            said = client.rpc("nat_edge.key_rotate")
            self.assertEqual((said["file"], said["result"], said["faults"]),
                             (self.path, "rotated, the new key seals", 0))
            keys = client.list()
            self.assertEqual([key["use"] for key in keys], ["seals", "opens"])
            self.assertEqual(keys[1]["id"], ids[-1])
            self.assertNotEqual(keys[0]["fingerprint"], keys[1]["fingerprint"])
            self.assertEqual([int(l.split()[0]) for l in self.read().split("\n") if l and l[0] != "#"],
                             [key["id"] for key in keys])
            self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
            ids.append(keys[0]["id"])
            sealed.append(client.sealed())
            self.assertEqual([client.worth(s) for s in sealed[-3:]], [-2, 2, 2][-len(sealed):])
        self.assertEqual([sealed_with(s) for s in sealed], ids)
        self.assertEqual((client.stat("keys_changed"), client.stat("keys_refused")), (3, 0))
        self.assertEqual(os.listdir(self.dir), ["keys"])
        client.server.close()
        again = Client(self, self.path)
        self.assertEqual(again.list(), keys)
        self.assertEqual([again.worth(s) for s in sealed], [-2, -2, 2, 2])

    def test_every_process_seals_with_the_new_key_at_once(self):
        client = Client(self, self.path)
        for _ in range(5):
            client.rpc("nat_edge.key_rotate")
            new = client.list()[0]["id"]
            self.assertEqual({sealed_with(client.sealed()) for _ in range(20)}, {new})

    def test_without_a_file_keys_rotate_in_memory(self):
        client = Client(self)
        sealed = client.sealed()
        self.assertEqual(client.rpc("nat_edge.key_rotate"),
                         {"file": "(none)", "result": "rotated, the new key seals", "faults": 0})
        self.assertEqual((client.uses(), client.worth(sealed)), (["seals", "opens"], 2))
        self.assertIn("key_file is not set", self.fault(client, 400, "nat_edge.key_reload"))

    def test_servers_with_copies_of_a_file_rotate_in_two_steps_and_always_read_each_other(self):
        path = self.path + "2"
        one = Client(self, self.path)
        shutil.copy2(self.path, path)
        two = Client(self, path)
        kept = [one.sealed(), two.sealed()]

        def copy():
            shutil.copy2(self.path, path)
            self.assertEqual(two.rpc("nat_edge.key_reload")["result"], "loaded")

        def all_is_read(uses_one, uses_two):
            self.assertEqual((one.uses(), two.uses()), (uses_one, uses_two))
            for sealed in (one.sealed(), two.sealed(), *kept):
                self.assertEqual((one.worth(sealed), two.worth(sealed)), (2, 2))

        self.assertIn("404 No key is prepared", self.fault(one, 404, "nat_edge.key_rotate", "activate"))
        all_is_read(["seals"], ["seals"])
        self.assertEqual(one.rpc("nat_edge.key_rotate", "prepare")["result"], "prepared, the new key only opens")
        all_is_read(["seals", "prepared"], ["seals"])
        for word in (("prepare",), ()):
            self.assertIn("say activate", self.fault(one, 409, "nat_edge.key_rotate", *word))
        copy()
        all_is_read(["seals", "prepared"], ["seals", "prepared"])
        self.assertEqual(one.rpc("nat_edge.key_rotate", "activate")["result"], "activated, the prepared key seals")
        self.assertEqual(sealed_with(one.sealed()), one.list()[0]["id"])
        all_is_read(["seals", "opens"], ["seals", "prepared"])
        copy()
        all_is_read(["seals", "opens"], ["seals", "opens"])
        self.assertEqual(one.list(), two.list())
        self.fault(one, 404, "nat_edge.key_rotate", "activate")
        all_is_read(["seals", "opens"], ["seals", "opens"])
        # as the manual says it: activated everywhere, the files are the same again
        kept = []
        one.rpc("nat_edge.key_rotate", "prepare")
        copy()
        two.rpc("nat_edge.key_rotate", "activate")
        all_is_read(["seals", "prepared"], ["seals", "opens"])
        one.rpc("nat_edge.key_rotate", "activate")
        all_is_read(["seals", "opens"], ["seals", "opens"])
        self.assertEqual(self.read(), self.read(path))

    def test_of_two_servers_with_one_file_the_second_reloads_before_it_rotates(self):
        one, two = Client(self, self.path), Client(self, self.path)
        self.assertEqual(one.list(), two.list())
        self.assertEqual((one.worth(two.sealed()), two.worth(one.sealed())), (2, 2))
        one.rpc("nat_edge.key_rotate", "prepare")
        written = self.read()
        for word in ((), ("prepare",), ("activate",)):
            self.assertIn("say nat_edge.key_reload first", self.fault(two, 409, "nat_edge.key_rotate", *word))
        self.assertEqual(self.read(), written)
        self.assertEqual(two.uses(), ["seals"])
        two.rpc("nat_edge.key_reload")
        two.rpc("nat_edge.key_rotate", "activate")
        one.rpc("nat_edge.key_reload")
        self.assertEqual(one.list(), two.list())
        self.assertEqual(two.stat("keys_refused"), 3)

    def check_refused(self, client, words, command=("nat_edge.key_rotate",)):
        """By `words`, and nothing changed."""
        keys, there, sealed = client.list(), os.listdir(self.dir), client.sealed()
        text = self.read() if os.path.isfile(self.path) else None
        refused = client.stat("keys_refused")
        said = client.rpc(*command)
        self.assertEqual((said["file"], said["result"], said["faults"]), (self.path, "refused, the old keys stay", 1))
        self.assertTrue(said["report"][0].startswith("%s: %s" % (self.path, words)), said)
        self.assertEqual((client.list(), os.listdir(self.dir)), (keys, there))
        self.assertEqual(text, self.read() if os.path.isfile(self.path) else None)
        self.assertEqual(client.worth(sealed), 2)
        self.assertEqual(sealed_with(client.sealed()), sealed_with(sealed))
        self.assertEqual(client.stat("keys_refused"), refused + 1)

    def test_what_cannot_be_read_or_written_changes_nothing(self):
        client = Client(self, self.path)
        text = self.read()
        for command in (("nat_edge.key_rotate",), ("nat_edge.key_rotate", "prepare"), ("nat_edge.key_reload",)):
            os.chmod(self.path, 0o644)
            self.check_refused(client, "file: mode: '0644' is not allowed: ", command)
            os.unlink(self.path)
            self.check_refused(client, "file: open: 'no such file' is not allowed: ", command)
            os.mkdir(self.path)
            self.check_refused(client, "file: type: 'directory' is not allowed: ", command)
            os.rmdir(self.path)
            os.symlink("/etc/hostname", self.path)
            self.check_refused(client, "file: open: 'symbolic link' is not allowed: ", command)
            os.unlink(self.path)
            self.write("what is this\n")
            os.chmod(self.path, 0o600)
            said = client.rpc(*command)
            self.assertEqual((said["result"], said["faults"]), ("refused, the old keys stay", 3))
            self.write(text)
        client.rpc("nat_edge.key_rotate")
        self.assertEqual(client.uses(), ["seals", "opens"])

    def test_a_folder_that_the_server_may_not_write_to_refuses_a_rotation(self):
        client = Client(self, self.path, more=NOBODY if ROOT else ())
        if not ROOT:
            os.chmod(self.dir, 0o500)
            self.addCleanup(os.chmod, self.dir, 0o700)
        for word in ((), ("prepare",)):
            self.check_refused(client, "file: create: 'permission denied' is not allowed: a folder that the server's user may "
                               "write to", ("nat_edge.key_rotate", *word))

    def test_a_reload_that_drops_the_key_that_sealed_is_warned_of(self):
        client = Client(self, self.path)
        sealed, old = client.sealed(), client.list()[0]["id"]
        self.write("%d %s 1700000000\n" % ((old + 1) % 16, A))
        self.assertEqual(client.rpc("nat_edge.key_reload")["result"], "loaded")
        self.assertEqual(client.worth(sealed), -2)
        self.assertIn("the key %d that sealed until now is not in it any more" % old, client.server.log())

    def test_t22_no_output_has_a_secret(self):
        client = Client(self, self.path)
        secrets = self.secrets()
        said = [repr(client.rpc("nat_edge.key_rotate")), repr(client.rpc("nat_edge.key_rotate", "prepare"))]
        secrets += self.secrets()
        self.write(self.read() + "7 %s 1\n" % secrets[0])
        said += [repr(client.rpc("nat_edge.key_reload")), repr(client.list()), client.server.kamcmd("nat_edge.key_list"),
                 client.server.log()]
        self.assertEqual(len(set(secrets)), 3)
        for secret in secrets:
            for at in range(0, 60, 8):
                self.assertNotIn(secret[at:at + 8], "".join(said))
        self.assertNotIn("fingerprint", self.read())

    def test_wrong_arguments_are_told_what_is_allowed(self):
        client = Client(self, self.path)
        self.assertIn("Say prepare, activate, or nothing, not 'now?'", self.fault(client, 400, "nat_edge.key_rotate", "now<"))
        self.assertIn("No argument", self.fault(client, 400, "nat_edge.key_reload", "/etc/other"))
        self.assertEqual((client.uses(), client.stat("keys_changed"), client.stat("keys_refused")), (["seals"], 0, 0))


if __name__ == "__main__":
    unittest.main()
