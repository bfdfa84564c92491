# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs nat_policy; writes policies and messages into a folder that is gone afterwards."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
program = None
extra_passed = extra_failed = 0


def use(variant):
    global program
    version = subprocess.run(["kamailio", "-v"], stdout=subprocess.PIPE, text=True, check=True).stdout
    core = version.split("kamailio ", 1)[1].split()[0]
    program = ROOT / f"build/{core}-{variant}/nat_policy"
    if not os.access(program, os.X_OK):
        raise SystemExit(f"test/tool/run: {program} is not built")


class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode("ascii")  # nothing else may come out
        self.err = done.stderr.decode("ascii")


def run(*args, stdin=b"", cwd=None):
    done = subprocess.run([program, *map(os.fspath, args)], input=stdin, cwd=cwd, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return Result(done)


def no_duplicates(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a name stands twice in an object: {keys}")
    return dict(pairs)


def document(result):
    """The one JSON document on standard output; nothing stands beside it."""
    return json.loads(result.out, object_pairs_hook=no_duplicates)


POLICY = '<?xml version="1.0" encoding="UTF-8"?>\n<nat-policy xmlns="urn:kamailio:nat-policy:1">\n%s\n</nat-policy>\n'

INVITE = b"""INVITE sip:bob@example.org SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK1
From: <sip:alice@example.org>;tag=1
To: <sip:bob@example.org>
Call-ID: c1@host.example
CSeq: 1 INVITE
User-Agent: Phone/1.0
Contact: <sip:alice@192.168.1.10:5060>
Content-Length: 0

"""
SOURCE = "203.0.113.9:40001"


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def policy(self, content, name="policy.xml"):
        return self.file(name, POLICY % content)
