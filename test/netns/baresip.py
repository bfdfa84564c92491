# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones played by baresip: a real stack with its own timers, RTP and RTCP."""

import os
import struct
import wave

MODULES = "/usr/lib/baresip/modules"
RTP_PORT = 20000

CONFIG = """poll_method epoll
sip_listen {address}:{port}
call_local_timeout 120
call_max_calls 4
audio_player aufile,{directory}/heard.wav
audio_source aufile,{directory}/tone.wav
audio_alert aufile,{directory}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp_last}
rtcp_mux no
net_interface eth0
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""

TLS_CONFIG = """sip_cafile {ca}
"""



def _write_tone(path):
    """Ten seconds of a saw tooth at 8 kHz; baresip plays it once."""
    with wave.open(path, "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(8000)
        tone.writeframes(b"".join(struct.pack("<h", n % 20 * 400) for n in range(80000)))


class Baresip:
    """baresip in its own namespace name; start() registers it."""

    def __init__(self, lab, name, address, server, transport="udp", port=5060, ca=None):
        self.lab, self.name, self.server = lab, name, server
        self.user = name
        self.directory = lab.path(f"{name}.baresip")
        os.makedirs(self.directory, exist_ok=True)
        with open(os.path.join(self.directory, "config"), "w") as config:
            config.write(CONFIG.format(address=address, port=port, directory=self.directory,
                                       rtp=RTP_PORT, rtp_last=RTP_PORT + 1, modules=MODULES))
            if ca:
                config.write(TLS_CONFIG.format(ca=ca))
        with open(os.path.join(self.directory, "accounts"), "w") as accounts:
            accounts.write(f"<sip:{name}@{server};transport={transport}>"
                           ";regint=600;answermode=auto\n")
        with open(os.path.join(self.directory, "contacts"), "w"):
            pass
        _write_tone(os.path.join(self.directory, "tone.wav"))
        self.program = None

    def start(self, *commands):
        """Run it; commands are typed in at the start, as /dial sip:bob@example."""
        typed = [part for command in commands for part in ("-e", command)]
        self.program = self.lab.start(self.name, ["baresip", "-f", self.directory, *typed],
                                      f"{self.name}.log", {"HOME": self.directory})
        return self

    def registered(self, seconds=8):
        return self.program.wait_output(r"200 OK .*\[1 binding", seconds)

    def established(self, seconds=10):
        return self.program.wait_output(r"Call established", seconds)

    def closed(self, seconds=5):
        return self.program.wait_output(r"session closed|Call .*terminated", seconds)

    def count_rtp(self):
        self.lab.count_udp(self.name, RTP_PORT)

    def rtp(self):
        return self.lab.counts(self.name, RTP_PORT)

    def stop(self):
        return self.program.stop()
