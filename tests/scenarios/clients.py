# SPDX-License-Identifier: MIT
"""Phones that others wrote, driven without a screen or a sound card.

Each has a home directory of its own and is typed at on a terminal:
register(), call(), answer(), hangup(), message(), close().
"""
import math
import re
import struct
import time
import wave
from pathlib import Path

from milenage import has_unlucky_res
from waiting import Terminal, until

MODULES = next(Path("/usr/lib").glob("**/baresip/modules"), Path())


class Account:
    """What a phone must know: who it is and where its proxy stands."""

    def __init__(self, user, domain, proxy, **secret):
        self.user = user
        self.domain = domain
        self.proxy = proxy  # "address:port"
        self.secret = secret  # password=, or k= (bytes) and op= (bytes)
        self.impu = f"sip:{user}@{domain}"
        self.impi = f"{user}@{domain}"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Phone:
    """What they have in common."""

    def __init__(self, account, home):
        self.account = account
        self.home = home
        home.mkdir(parents=True)

    def open(self, argv):
        self.terminal = Terminal(argv, self.home, {"HOME": str(self.home)})

    def type(self, line):
        self.terminal.type(line)

    def wait_for(self, pattern, seconds=10):
        return self.terminal.wait_for(pattern, seconds)

    def close(self):
        self.terminal.close()
        write(self.home / "terminal.log", self.terminal.text)


TWINKLE_ALSA = """\
pcm.!default { type null }
ctl.!default { type null }
"""

TWINKLE_SYSTEM = """\
dev_ringtone=alsa:null
dev_speaker=alsa:null
dev_mic=alsa:null
sip_port={sip_port}
rtp_port={rtp_port}
log_show_sip=yes
"""

TWINKLE_PROFILE = """\
user_name={user}
user_domain={domain}
user_display=
auth_realm={domain}
auth_name={impi}
auth_pass={secret}
auth_aka_op={op}
auth_aka_amf=8000
outbound_proxy={proxy}
all_requests_to_proxy=yes
register_at_startup=no
registration_time=600
registration_time_in_contact=yes
pres_publish_startup=no
sip_transport={transport}
timer_noanswer=30
ext_100rel=supported
"""


class Twinkle(Phone):
    """twinkle-console: MD5 and AKAv1-MD5. It listens on all addresses and so
    has 127.0.0.1; `port` tells it apart."""

    def __init__(self, account, home, port, transport="udp"):
        super().__init__(account, home)
        secret = account.secret
        k = secret.get("k")
        write(home / ".asoundrc", TWINKLE_ALSA)
        write(home / ".twinkle/twinkle.sys",
              TWINKLE_SYSTEM.format(sip_port=port, rtp_port=port + 2))
        write(home / ".twinkle/phone.cfg", TWINKLE_PROFILE.format(
            user=account.user, domain=account.domain, impi=account.impi,
            proxy=account.proxy, transport=transport,
            secret=k.decode() if k else secret["password"],
            op=secret["op"].hex() if k else ""))
        self.start()

    def start(self):
        self.open(["twinkle-console", "phone.cfg"])
        self.wait_for("Twinkle>", 15)

    def start_anew(self):
        """After a refusal it may leave each further command unanswered."""
        self.close()
        time.sleep(1.1)  # its Call-ID is made of the second that it started
        self.start()

    def is_cut(self):
        """Did it answer the last challenge with the beginning of RES alone?"""
        log = (self.home / ".twinkle/twinkle.log").read_text()
        return has_unlucky_res(self.account.secret, log, b"\0")

    def register(self):
        while not self.try_to_register():
            assert self.is_cut(), self.terminal.text
            self.start_anew()

    def fail_to_register(self):
        """With all of its answer."""
        assert not self.try_to_register()
        while self.is_cut():
            self.start_anew()
            assert not self.try_to_register()

    def try_to_register(self, command="register"):
        self.type(command)
        return self.wait_for(
            r"registration (succeeded|failed)").group(1) == "succeeded"

    def deregister(self):
        while not self.try_to_register("deregister"):
            assert self.is_cut(), self.terminal.text

    def call(self, uri):
        self.type(f"call {uri}")

    def wait_ring(self):
        self.wait_for(r"incoming call")

    def answer(self):
        self.type("answer")

    def wait_answered(self):
        self.wait_for(r"call established|far end answered call")

    def hangup(self):
        self.type("bye")

    def wait_ended(self):
        self.wait_for(r"call ended|far end ended call")


def write_tone(path, seconds):
    """A tone of 440 Hz as 8 kHz mono PCM, what a G.711 call needs."""
    period = [round(8000 * math.sin(2 * math.pi * 440 * i / 8000))
              for i in range(200)]  # eleven waves
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(struct.pack("<200h", *period) * 40 * seconds)


BARESIP_CONFIG = """\
poll_method epoll
sip_listen {address}
call_local_timeout 60
call_max_calls 4
audio_source aufile,{home}/tone.wav
audio_player aufile,{home}/heard.wav
audio_alert aufile,{home}/alert.wav
rtp_ports {rtp_port}-{rtp_last}
rtcp_mux no
jitter_buffer_delay 1-3
module_path {modules}
module stdio.so
module g711.so
module l16.so
module aufile.so
module_app account.so
module_app menu.so
"""

BARESIP_ACCOUNT = (
    '<sip:{user}@{domain};transport={transport}>;auth_user={impi}'
    ';auth_pass={secret};outbound="sip:{proxy};lr;transport={transport}"'
    ';regint=600;answermode=manual;audio_codecs=PCMU/8000/1\n')


class Baresip(Phone):
    """baresip: MD5."""

    def __init__(self, account, home, address, transport="udp"):
        super().__init__(account, home)
        port = int(address.split(":")[1])
        write(home / ".baresip/config", BARESIP_CONFIG.format(
            address=address, home=home, rtp_port=port + 2,
            rtp_last=port + 22, modules=MODULES))
        write(home / ".baresip/accounts", BARESIP_ACCOUNT.format(
            user=account.user, domain=account.domain, impi=account.impi,
            proxy=account.proxy, secret=account.secret["password"],
            transport=transport))
        write(home / ".baresip/contacts", "")
        write_tone(home / "tone.wav", seconds=60)
        self.open(["baresip", "-s", "-v", "-4", "-f", str(home / ".baresip")])

    def register(self):
        self.wait_for(r"200 OK.*\[1 binding")

    def call(self, uri):
        self.type(f"/dial {uri}")

    def wait_ring(self):
        self.wait_for(r"[Ii]ncoming call")

    def answer(self):
        self.type("/accept")

    def wait_answered(self):
        self.wait_for(r"[Cc]all (answered|established)")

    def hangup(self):
        self.type("/hangup")

    def wait_ended(self):
        self.wait_for(r"session closed|terminated|closed")


LINPHONE_CONFIG = """\
[sip]
sip_port={port}
sip_tcp_port={tcp_port}
sip_tls_port=0
default_proxy=0
guess_hostname=0
contact="{user}" <sip:{user}@{host}>
keepalive_period=0
publish_presence=0
register_only_when_network_is_up=0
store_ha1_passwd=0
use_ipv6=0

[net]
mtu=1300
nat_policy_ref=

[rtp]
audio_rtp_port={rtp_port}

[sound]
playback_dev_id=
use_files=1

[proxy_0]
reg_proxy=<sip:{proxy};transport={transport}>
reg_route=<sip:{proxy};transport={transport};lr>
reg_identity=<sip:{user}@{domain}>
reg_expires=600
reg_sendregister=0
publish=0
dial_escape_plus=0

[auth_info_0]
username={user}
userid={impi}
passwd={secret}
domain={domain}
realm={domain}
algorithm={algorithm}
"""


class Linphone(Phone):
    """linphonec: MD5 and SHA-256. It listens on all addresses and so has
    127.0.0.1; `port` tells it apart."""

    def __init__(self, account, home, port, transport="udp",
                 algorithm="SHA-256"):
        super().__init__(account, home)
        self.seen = 0
        (home / ".local/share/linphone").mkdir(parents=True)
        write(home / "linphonerc", LINPHONE_CONFIG.format(
            user=account.user, domain=account.domain, impi=account.impi,
            proxy=account.proxy, secret=account.secret["password"],
            port=port if transport == "udp" else 0,
            tcp_port=port if transport == "tcp" else 0,
            rtp_port=port + 2, host="127.0.0.1", transport=transport,
            algorithm=algorithm))
        self.open(["linphonec", "-c", str(home / "linphonerc"),
                   "-d", "6", "-l", str(home / "linphone.log")])
        self.wait_for("linphonec>", 15)
        self.type("soundcard use files")
        self.wait_for("linphonec>")

    def wait_log(self, pattern, seconds=10):
        """Its terminal tells little, its log every change of state."""
        path = self.home / "linphone.log"

        def seen():
            text = path.read_text(errors="replace")
            match = re.compile(pattern).search(text, self.seen)
            if match:
                self.seen = match.end()
            return match
        until(seen, seconds, f"linphone logs /{pattern}/")

    def register(self):
        account = self.account
        self.type(f"register sip:{account.user}@{account.domain} "
                  f"sip:{account.proxy} {account.secret['password']}")
        self.wait_log(r"to \[LinphoneRegistrationOk\]")

    def call(self, uri):
        self.type(f"call {uri}")

    def wait_ring(self):
        self.wait_log(r"to LinphoneCallIncomingReceived")

    def answer(self):
        self.type("answer")

    def wait_answered(self):
        self.wait_log(r"to LinphoneCallStreamsRunning")

    def hangup(self):
        self.type("terminate")

    def wait_ended(self):
        self.wait_log(r"to LinphoneCallEnd")


def talk(caller, callee):
    """A call, answered, and ended by the caller."""
    caller.call(callee.account.impu)
    callee.wait_ring()
    callee.answer()
    caller.wait_answered()
    callee.wait_answered()
    caller.hangup()
    callee.wait_ended()
