# SPDX-License-Identifier: GPL-2.0-or-later
"""What callgrind wrote: a file of parts, one for each message that was counted."""

import re
from collections import Counter


class Profile:
    """`parts`: by label, what was counted."""

    def __init__(self, text):
        head, *texts = re.split(r"^part: \d+$", text, flags=re.M)
        self.head, self.parts, self._texts = head, {}, {}
        names = {}
        for part in texts:
            label = re.search(r"^desc: Trigger: Client Request: (.*)$", part, re.M)
            total = re.search(r"^totals: (\d+)$", part, re.M)
            # names are written out once in the whole file: an earlier part may have them
            part = self._spell_out(part, names)
            if label and total:
                self.parts[label.group(1)] = int(total.group(1))
                self._texts[label.group(1)] = part

    @staticmethod
    def _spell_out(part, names):
        def full(match):
            what, number, name = match.groups()
            kind = {"cob": "ob", "cfi": "fl", "cfl": "fl", "fi": "fl", "fe": "fl", "cfn": "fn"}.get(what, what)
            if name:
                names[kind, number] = name
            return f"{what}={names[kind, number]}"

        return re.sub(r"^(c?ob|c?f[nile])=\((\d+)\)(?: (.*))?$", full, part, flags=re.M)

    def text(self, label):
        """One part as a file that callgrind_annotate reads."""
        return f"{self.head}part: 1\n{self._texts[label]}"

    def calls_into(self, label, library):
        """Instructions of all calls from elsewhere into a library, with what they call; by function."""
        inside, callee_inside, callee, cost_of_call = False, None, "", False
        found = Counter()
        for line in self._texts[label].splitlines():
            key, _, value = line.partition("=")
            if key == "ob":
                inside = value.endswith(library)
                callee_inside = None
            elif key == "cob":
                callee_inside = value.endswith(library)
            elif key == "cfn":
                callee = value
            elif key == "calls":
                cost_of_call = True
            elif cost_of_call and line[:1] in "+-*0123456789":
                if not inside and callee_inside:
                    found[callee] += int(line.split()[1])
                cost_of_call, callee_inside = False, None
        return found
