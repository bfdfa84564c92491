# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as text: just enough to compare what two phones saw."""

import re


def split_list(text):
    """The parts between commas that are in no quotes and no angle brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    skip = False
    for at, char in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            skip = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "<>":
            depth += 1 if char == "<" else -1
        elif char == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in [*parts, text[start:].strip()] if part]


def uri_of(name_addr):
    """The URI in a name-addr, as it is written."""
    rest = re.sub(r'^\s*"(\\.|[^"\\])*"', "", name_addr)
    match = re.search(r"<([^>]*)>", rest)
    return match.group(1) if match else rest.split(";")[0].strip()


class Message:
    """One message as it came from the network; names of headers in lower case."""

    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition("\r\n\r\n")
        self.start, *lines = head.split("\r\n")
        self.headers = []
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.append((name.strip().lower(), value.strip()))

    def all(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    def get(self, name):
        return (self.all(name) or [""])[0]

    def values(self, name):
        """All values of a header field that may be a list, one by one, as they are written."""
        return [value for line in self.all(name) for value in split_list(line)]

    def lines(self, name):
        """The headers of that name as lines, to be copied into a reply."""
        return [f"{name}: {value}" for value in self.all(name)]

    @property
    def status(self):
        """Status code of a reply, 0 for a request."""
        match = re.match(r"SIP/2\.0 (\d{3})", self.start)
        return int(match.group(1)) if match else 0

    @property
    def method(self):
        """Method of a request, or the one that a reply belongs to."""
        if self.status:
            return self.get("CSeq").split()[-1]
        return self.start.split()[0]

    def contact_uri(self):
        match = re.search(r"<([^>]*)>", self.get("Contact"))
        return match.group(1) if match else self.get("Contact")

    def media(self):
        """(address, port) of the first stream of the body."""
        address = re.search(r"^c=IN IP[46] (\S+)", self.body, re.M).group(1)
        port = re.search(r"^m=audio (\d+)", self.body, re.M).group(1)
        return address, int(port)


def take(buffer):
    """(first whole message or None, rest) of the bytes of a stream."""
    buffer = buffer.lstrip(b"\r\n")
    head, found, rest = buffer.partition(b"\r\n\r\n")
    if not found:
        return None, buffer
    length = re.search(rb"^(?:content-length|l)\s*:\s*(\d+)", head, re.I | re.M)
    size = int(length.group(1)) if length else 0
    if len(rest) < size:
        return None, buffer
    return Message((head + found + rest[:size]).decode("utf-8", "surrogateescape")), rest[size:]


def sdp(address, port, name="nat-lab"):
    family = "IP6" if ":" in address else "IP4"
    return (f"v=0\r\no={name} 1 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\n"
            f"t=0 0\r\nm=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")
