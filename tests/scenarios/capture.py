# SPDX-License-Identifier: MIT
"""dumpcap on loopback, tshark as the judge of what it caught."""
import os
import re
import socket
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

from waiting import stop, until

ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("IMSBOX_CORPORA", ROOT / "../shared/corpora"))
CX_SCHEMA = CORPORA / "xml/schema/kamailio-CxDataType_Rel8.xsd"

# The P-CSCF's mw listener is at no port that tshark knows.
DECODE = ["-d", "udp.port==5070,sip", "-d", "tcp.port==5070,sip",
          "-o", "tcp.desegment_tcp_streams:TRUE"]
EXPERT_WARN = 0x600000


class Capture:
    """All packets to and from a block of addresses, until stop()."""

    def __init__(self, path, block):
        self.path = path
        self.block = block
        self.log = open(path.with_suffix(".log"), "wb")
        self.process = subprocess.Popen(
            ["dumpcap", "-q", "-i", "lo", "-f", f"net {block}.0/24",
             "-w", str(path), "-B", "16"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        until(self.has_begun, 10, "dumpcap captures")
        self.mark(b"the capture begins")

    def has_begun(self):
        assert self.process.poll() is None, self.said()
        return self.path.exists()

    def said(self):
        return self.path.with_suffix(".log").read_text()

    def mark(self, text):
        """A datagram to nobody; all that was sent before it is in the file
        when it is."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            def seen():
                out.sendto(text, (self.block.address(254), 9))
                return text in self.path.read_bytes()
            until(seen, 10, f"dumpcap wrote {text}")

    def stop(self):
        self.mark(b"the capture ends")
        self.kill()
        assert not self.dropped(), self.said()
        return Packets(self.path)

    def dropped(self):
        match = re.search(r"dropped[^:]*: \d+/(\d+)", self.said())
        return match is not None and int(match.group(1)) > 0

    def kill(self):
        stop(self.process, 5)
        self.log.close()


class Packets:
    """A finished capture."""

    def __init__(self, path):
        self.path = path

    def tshark(self, *arguments):
        run = subprocess.run(
            ["tshark", "-n", "-r", str(self.path), *DECODE, *arguments],
            capture_output=True, text=True, timeout=120, check=True)
        return run.stdout

    def rows(self, display, *fields):
        """The first value of each field, for each packet that matches."""
        arguments = [part for field in fields for part in ("-e", field)]
        text = self.tshark("-Y", display, "-T", "fields", "-E", "occurrence=f",
                           *arguments)
        return [dict(zip(fields, line.split("\t")))
                for line in text.splitlines()]

    def complaints(self):
        """What tshark has against SIP and Diameter in here: malformed
        packets, expert notes from warning upwards."""
        fields = ("frame.number", "_ws.col.Info", "_ws.expert.message",
                  "_ws.malformed")
        return self.rows(
            "(sip or diameter or sdp) and (_ws.malformed or "
            f"_ws.expert.severity >= {EXPERT_WARN}) and not tcp.analysis.flags",
            *fields)

    def sip(self, display="sip"):
        return self.rows(display, "ip.src", "ip.dst", "sip.Method",
                         "sip.Status-Code", "sip.CSeq", "sip.Call-ID",
                         "sip.r-uri")

    def diameter(self, display="diameter"):
        """Each Diameter message, several a packet too: {field: [values]}."""
        text = self.tshark("-Y", display, "-T", "pdml")
        return [avps_of(proto) for proto in xml.fromstring(text).iter("proto")
                if proto.get("name") == "diameter"]

    def user_data(self):
        """The XML of each SAA that carries some."""
        return [bytes.fromhex(value)
                for message in self.diameter("diameter.Cx-User-Data")
                for value in message.get("diameter.Cx-User-Data", [])]


def avps_of(proto):
    fields = {}
    for field in proto.iter("field"):
        value = field.get("value" if field.get("name") in RAW else "show")
        fields.setdefault(field.get("name"), []).append(value)
    return fields


RAW = {"diameter.Cx-User-Data", "diameter.3GPP-SIP-Authenticate"}


def schema_complaints(document, directory):
    """xmllint's opinion of User-Data; "" when it validates."""
    path = directory / "user-data.xml"
    path.write_bytes(document)
    run = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", str(CX_SCHEMA),
         str(path)], capture_output=True, text=True, timeout=30)
    return "" if run.returncode == 0 else run.stderr
