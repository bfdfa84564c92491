# SPDX-License-Identifier: GPL-2.0-or-later
"""Claims and their verdicts, one line each, from any thread."""

import os
import threading


class Claims:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self._lock = threading.Lock()

    def check(self, claim, true, detail=""):
        """Print the verdict; detail is shown when the claim is false."""
        with self._lock:
            if true:
                self.passed += 1
            else:
                self.failed += 1
            print(f"{'ok' if true else 'not ok'} {self.passed + self.failed} - {claim}", flush=True)
            if not true:
                for line in str(detail).splitlines():
                    print(f"#   {line}", flush=True)
        return bool(true)

    def skip(self, claim, reason):
        """What this machine cannot test; counted neither way."""
        with self._lock:
            print(f"# SKIP {claim}: {reason}", flush=True)

    def no_alg(self, claim, reason):
        """A kernel without SIP ALG: claims are left out only for who asks for that."""
        if os.environ.get("NAT_LAB_NO_ALG") == "1":
            self.skip(claim, f"{reason}; NAT_LAB_NO_ALG=1 leaves it out")
        else:
            self.check(claim, False, f"{reason}\nNAT_LAB_NO_ALG=1 in the environment leaves out "
                       "the claims that need it")

    def end(self):
        """Last line; returns the exit status."""
        print(f"netns: {self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0
