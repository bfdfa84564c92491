# SPDX-License-Identifier: GPL-2.0-or-later
"""What "make run" starts, etc/kamailio.cfg or etc/edge.cfg with its media engine, on loopback."""
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from peer import ROOT, Peer, free_port

# Loopback is the world: phones with a private Contact are behind a NAT, those with 127.0.0.1 in it are not
POLICY = """<?xml version="1.0"?>
<nat-policy xmlns="urn:kamailio:nat-policy:1">
	<networks>
		<nated name="nated" prefixes="builtin:private"/>
		<gate allow="127.0.0.0/8 ::1"/>
		%s
	</networks>
	<profiles>
		<profile name="default" extends="default">
			<contact requests="keep" replies="keep" register="received"/>
			%s
		</profile>
	</profiles>
</nat-policy>
"""


class Sample:
    """utils/run, with these variables in its environment; `said` is what it told until it was ready, or until it
    ended. `policy`: the text of a policy file in place of the one that comes with it."""

    def __init__(self, policy=None, **env):
        self.dir = tempfile.mkdtemp()
        self.port = int(env.pop("PORT", free_port()))
        if policy:
            env["NAT_POLICY"] = self.path("policy.xml")
            with open(env["NAT_POLICY"], "w") as f:
                f.write(policy)
        environment = dict(os.environ, PORT=str(self.port), RUN_DIR=self.dir, MEDIA_CONTROL=str(free_port()))
        environment.update({"ADDR": "127.0.0.1", **env})
        self.process = subprocess.Popen([ROOT + "/utils/run"], env=environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "ends it" in line:
                return
        self.process.wait(10)

    def path(self, name):
        return os.path.join(self.dir, name)

    def stop(self):
        """End it as Ctrl-C does. @return: ids of processes that it left behind"""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            pass
        leftover = subprocess.run(["pgrep", "-g", str(self.process.pid)], capture_output=True, text=True).stdout
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.stdout.close()
        return leftover

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def kamcmd(self, *args):
        return subprocess.run(["kamcmd", "-s", "unix:" + self.path("kamailio_ctl"), *args],
                              capture_output=True, text=True).stdout

    def stat(self, name, group="nat_edge"):
        """A counter's value"""
        return int(self.kamcmd("cnt.get", group, name))

    def log(self):
        with open(self.path("kamailio.log")) as f:
            return f.read()


def certificate():
    """@return: a folder with cert.pem and key.pem"""
    folder = tempfile.mkdtemp()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem"],
                   check=True, capture_output=True)
    return folder


class SampleCase(unittest.TestCase):
    """Tests of one server, which is started for the class as `environment` says."""
    environment = {}
    policy = POLICY % ("", "")
    tls = False

    @classmethod
    def setUpClass(cls):
        environment = dict(cls.environment)
        if cls.tls:
            folder = certificate()
            cls.addClassCleanup(shutil.rmtree, folder)
            cls.tls_port = free_port()
            environment.update(TLS_CERT=folder + "/cert.pem", TLS_KEY=folder + "/key.pem", TLS_PORT=str(cls.tls_port))
        cls.server = Sample(cls.policy, **environment)
        cls.addClassCleanup(cls.server.close)
        if "run: ready" not in cls.server.said:
            raise AssertionError(cls.server.said)

    def peer(self, host="127.0.0.1"):
        peer = Peer(host)
        self.addCleanup(peer.close)
        return peer

    def ask(self, peer, text):
        peer.send(text, self.server.port)
        return peer.receive()
