# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces without a name: each is gone with the last process in it. And what processes in them cost."""

import ctypes
import os
import subprocess

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


class Net:
    """A namespace with nothing but loopback."""

    def __init__(self):
        before = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            check(libc.unshare(CLONE_NEWNET), "unshare")
            self.fd = os.open("/proc/self/ns/net", os.O_RDONLY)
            try:
                subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            finally:
                check(libc.setns(before, CLONE_NEWNET), "setns")
        finally:
            os.close(before)

    def start(self, command, **more):
        return subprocess.Popen(command, preexec_fn=lambda: check(libc.setns(self.fd, CLONE_NEWNET), "setns"), **more)

    def close(self):
        os.close(self.fd)


def cpu_ns(pid):
    """CPU time of a process until now."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def drops(pid, port):
    """Datagrams that sockets of that port lost for want of room, in the namespace of that process."""
    with open(f"/proc/{pid}/net/udp", encoding="ascii") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return sum(int(row[12]) for row in rows if int(row[1].rpartition(":")[2], 16) == port)


def buffer_errors(pid):
    """RcvbufErrors of a namespace."""
    with open(f"/proc/{pid}/net/snmp", encoding="ascii") as file:
        names, values = (line.split() for line in file if line.startswith("Udp:"))
    return int(dict(zip(names, values))["RcvbufErrors"])
