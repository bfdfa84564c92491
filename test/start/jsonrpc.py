# SPDX-License-Identifier: GPL-2.0-or-later
"""Kamailio's RPC commands over the datagram socket of jsonrpcs: no process a command."""
import itertools
import json
import os
import socket

CONFIG = """
loadmodule "jsonrpcs.so"
modparam("jsonrpcs", "transport", 4)
modparam("jsonrpcs", "dgram_socket", "rpc.sock")
"""


class Fault(Exception):
    """`code` and the text of what the command complained of."""

    def __init__(self, error):
        super().__init__("%s %s" % (error["code"], error["message"]))
        self.code = error["code"]


class Rpc:
    """Where Server runs with CONFIG."""
    numbers = itertools.count()

    def __init__(self, server):
        self.own = server.path("rpc.%d" % next(self.numbers))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.own)
        os.chmod(self.own, 0o777)
        self.socket.settimeout(30)
        self.socket.connect(server.path("rpc.sock"))
        self.count = 0

    def __call__(self, method, *params):
        self.count += 1
        request = {"jsonrpc": "2.0", "method": method, "id": self.count, "params": list(params)}
        self.socket.send(json.dumps(request).encode())
        answer = json.loads(self.socket.recv(1 << 20))
        if answer["id"] != self.count:
            raise ValueError("the answer of another command: %s" % answer)
        if "error" in answer:
            raise Fault(answer["error"])
        return answer["result"]

    def close(self):
        self.socket.close()
