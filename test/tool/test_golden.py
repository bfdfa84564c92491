# SPDX-License-Identifier: GPL-2.0-or-later
"""What the module makes of each golden file, the tool says of it: same class, signs, rule and reason."""
import re
import unittest
from concurrent.futures import ThreadPoolExecutor
from xml.sax.saxutils import quoteattr

import tool

CASES = tool.ROOT / "test/golden/cases"
LOCAL = "198.51.100.1:5060"  # the one address that is the server's own there
KEYS = ("class", "signs", "rule", "reason", "profile", "policy")
LISTS = {"private_nets": "nated", "lan_nets": "lan", "nat_sites": "site"}
SETTINGS = {"verdict": ("detect", "verdict"), "rport": ("rport", "mode"), "contact_requests": ("contact", "requests"),
            "contact_replies": ("contact", "replies"), "contact_register": ("contact", "register")}
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "0": "\0"}


def unescape(text):
    """As test/golden/README.md says"""
    def one(m):
        if m.group() == "\n":
            return "\r\n"
        if m.group() == "\\\n":
            return ""
        if m.group(1):
            return chr(int(m.group(1), 16))
        return ESCAPES.get(m.group(2), m.group(2))

    data = re.sub(r"\n|\\\n|\\x([0-9A-Fa-f]{2})|\\(.)", one, text).encode("latin-1")
    if b"@LEN@" in data:
        head, _, body = data.partition(b"\r\n\r\n")
        data = data.replace(b"@LEN@", str(len(body)).encode(), 1)
    return data


def parse(path):
    text = path.read_bytes().decode("latin-1")
    head, rest = text.split("=== want\n", 1)
    want, rest = rest.split("=== in\n", 1)
    message = rest.split("=== out\n", 1)[0]
    m = re.search(r"^from: (\S+) (\S+)(?: to (\S+))?", head, re.M)
    sets = dict(line[5:].split("=", 1) for line in head.splitlines() if line.startswith("set: "))
    calls = [line[6:] for line in head.splitlines() if line.startswith("call: ")]
    wants = dict(line.split(" ", 1) if " " in line else (line, "") for line in want.splitlines())
    return {"transport": m.group(1), "source": m.group(2), "local": m.group(3) or LOCAL, "sets": sets, "calls": calls,
            "want": wants, "message": unescape(message)}


def policy_of(sets):
    """The module's parameters as a policy file"""
    networks, profile = [], {}
    for name, value in sets.items():
        if name in LISTS:
            if not value.strip():
                if name != "private_nets":
                    continue
                value = "0.0.0.0 !0.0.0.0"  # a list of nothing
            networks.append(f'<{LISTS[name]} name="{name}" prefixes={quoteattr(value)}/>')
        elif name in SETTINGS:
            element, attribute = SETTINGS[name]
            profile.setdefault(element, []).append(f"{attribute}={quoteattr(value)}")
        else:
            raise ValueError(f"set: {name} means nothing here")
    elements = "".join(f"<{e} {' '.join(a)}/>" for e, a in profile.items())
    return tool.POLICY % (f"<networks>{''.join(networks)}</networks>"
                          f'<profiles><profile name="default">{elements}</profile></profiles>')


def differs(case, got):
    """What the tool says otherwise than the module; None for nothing"""
    want = case["want"]
    if "class" not in want and "hygiene" in case["calls"] and want["result"] == "0":
        return None  # refused before anybody judges; the tool has no door
    if "class" not in want:
        return "the module does not judge it, the tool does" if got["judged"] else None
    if not got["judged"]:
        return f"the module judges it ({want['class']}), the tool does not"
    got["policy"] = got["policy_rule"]
    for key in KEYS:
        if key in want and want[key] != got[key]:
            return f"{key}: the module says {want[key]}, the tool {got[key]}"
    if case["calls"] == ["nat_manage"] and "received" in want and "received" not in got["would_do"]:
        return f"the registrar is told {want['received']}, but would_do is {got['would_do']}"
    return None


class Golden(tool.Case):
    def explain(self, path, case, message, *args):
        if "policy_file" in case["sets"]:
            policy = tool.ROOT / case["sets"]["policy_file"]
        else:
            policy = self.file(path.stem + ".xml", policy_of(case["sets"]))
        locals_ = ["--local", case["local"]] + (["--local", LOCAL] if case["local"] != LOCAL else [])
        return tool.run("explain", policy, "-", "--json", "--any-owner", "--interfaces", "", "--source", case["source"],
                        "--transport", case["transport"], *locals_, *args, stdin=message)

    def compare(self, path):
        """What differs, as text; None if nothing does"""
        case = parse(path)
        done = self.explain(path, case, case["message"], "--raw")
        if done.status not in (0, 1) or done.err:
            return f"{path.stem}: status {done.status}: {done.err}{done.out}"
        return differs(case, tool.document(done)) or self.compare_line_ends(path, case, done)

    def compare_line_ends(self, path, case, done):
        """The same with LF alone in the header, if it has no line ends but CRLF"""
        head, end, body = case["message"].partition(b"\r\n\r\n")
        lines = head.replace(b"\r\n", b"\n")
        if not end or b"\r" in lines or b"\n" in head.replace(b"\r\n", b"") or head.startswith(b"\r\n"):
            return None
        again = self.explain(path, case, lines + b"\n\n" + body)
        if again.raw != done.raw:
            return f"with LF alone in the header: {again.out}{again.err}"
        return None

    def test_every_golden_file_is_judged_as_the_module_judges_it(self):
        paths = sorted(CASES.glob("*.txt"))
        self.assertGreater(len(paths), 500)
        with ThreadPoolExecutor(2) as pool:
            found = list(zip(paths, pool.map(self.compare, paths)))
        wrong = [f"{path.stem}: {text}" for path, text in found if text]
        for text in wrong:
            print("not ok -", text)
        tool.extra_passed += len(paths) - len(wrong)
        if wrong:
            tool.extra_failed += len(wrong) - 1  # this test fails, too
            self.fail(f"{len(wrong)} of {len(paths)} golden files")


if __name__ == "__main__":
    unittest.main()
