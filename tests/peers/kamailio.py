# SPDX-License-Identifier: MIT
"""Debian's Kamailio as one CSCF of ims.example.

Its SIP resolver and its Diameter peers want names. Preloaded, libresolv-wrapper
and names.c give it ours, without privileges and without touching the machine's
own resolver.
"""
import contextlib
import os
import signal
import subprocess
from pathlib import Path

from waiting import stop, until

HERE = Path(__file__).resolve().parent
TABLES = Path("/usr/share/kamailio/dbtext/kamailio")
DOMAIN = "ims.example"
NAMES = {"pcscf1": 1, "icscf1": 2, "scscf1": 3, "hss1": 4}

# At its start ims_ipsec_pcscf, without which ims_registrar_pcscf does not
# load, deletes every IPsec association and policy of the machine.
WITHOUT_IPSEC = ["setpriv", "--bounding-set", "-net_admin",
                 "--inh-caps", "-net_admin"]


def write_names(directory, block):
    """The two hosts files: one for getaddrinfo, one for res_query."""
    pairs = [(f"{name}.{DOMAIN}", block.address(last))
             for name, last in NAMES.items()]
    pairs.append((DOMAIN, block.address(NAMES["icscf1"])))
    (directory / "hosts").write_text(
        "".join(f"{address} {name}\n" for name, address in pairs))
    (directory / "dns").write_text(
        "".join(f"A {name} {address}\n" for name, address in pairs))
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o",
         directory / "names.so", HERE / "names.c"], check=True)


class Kamailio:
    """One of "pcscf1", "icscf1", "scscf1", at the address that our own node
    of that name would have."""

    def __init__(self, directory, block, name, workers=2, memory=32,
                 level=2, modules=(), watches=False):
        """memory: MB that its processes share. level: 2 says much, 0 warns.
        modules: beyond those of its configuration; ctl and kex, to be asked
        things. watches: the P-CSCF subscribes to each registration."""
        self.name = name
        self.memory = memory
        self.address = block.address(NAMES[name])
        self.directory = directory / f"kamailio-{name}"
        self.directory.mkdir(parents=True)
        write_names(self.directory, block)
        (self.directory / "cdp.xml").write_text(
            (HERE / "cdp.xml").read_text().format(
                name=name, address=self.address, hss="hss1",
                workers=workers))
        self.defines = [
            f'CDP_XML="{self.directory}/cdp.xml"',
            f'DB_PATH="text://{HERE}/icscf_db"',
            f"WORKERS={workers}", f"LEVEL={level}",
            *(self.tables() if watches else [])]
        self.log_path = self.directory / "kamailio.log"
        self.modules = modules
        self.process = None

    def tables(self):
        """Where subscriptions are written to at its end; with this the P-CSCF
        subscribes."""
        tables = self.directory / "tables"
        tables.mkdir()
        for name in ("version", "pua"):
            head = (TABLES / name).read_text().splitlines()
            if name == "pua":  # nobody's rows
                head = head[:1]
            (tables / name).write_text("\n".join(head) + "\n")
        return [f'WATCHES="text://{tables}"']

    def argv(self):
        here = f"{self.name}.{DOMAIN}:5060"
        argv = WITHOUT_IPSEC if os.geteuid() == 0 else []
        argv = argv + ["kamailio", "-f", str(HERE / f"{self.name[:-1]}.cfg"),
                "-DD", "-E", "-m", str(self.memory), "-M", "8", "-w", str(self.directory),
                "-Y", str(self.directory),
                "-l", f"udp:{self.address}:5060/{here}",
                "-l", f"tcp:{self.address}:5060/{here}"]
        argv += [f"--loadmodule={module}.so" for module in self.modules]
        if "ctl" in self.modules:
            argv.append(f"--modparam=ctl:binrpc:s:unix:{self.directory}/ctl")
        return argv + [part for define in self.defines
                       for part in ("-A", define)]

    def ask(self, command):
        """What kamcmd prints."""
        return subprocess.run(
            ["kamcmd", "-s", f"unix:{self.directory}/ctl", command],
            check=True, capture_output=True, text=True).stdout

    def memory_used(self):
        """Bytes, with what its allocators need for themselves."""
        told = self.ask("core.shmmem") + self.ask("pkg.stats")
        return sum(int(line.split()[1]) for line in told.splitlines()
                   if line.strip().startswith("real_used:"))

    def start(self):
        environment = {
            **os.environ,
            "LD_PRELOAD": f"{self.directory}/names.so:libresolv_wrapper.so",
            "PEERS_HOSTS": str(self.directory / "hosts"),
            "RESOLV_WRAPPER_HOSTS": str(self.directory / "dns"),
        }
        # A group, but not a session of its own: the kernel shares processors
        # between sessions first (autogroup), and nobody shall be favoured.
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.argv(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment, process_group=0)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def is_listening(self):
        """Its workers have forked: UDP sockets are bound before that."""
        assert self.process.poll() is None, self.log()[-4000:]
        wanted = "".join(f"{int(part):02X}"
                         for part in reversed(self.address.split(".")))
        return f"{wanted}:13C4" in Path("/proc/net/udp").read_text()

    def wait_ready(self, seconds=10):
        until(self.is_listening, seconds, f"Kamailio listens as {self.name}")

    def stop(self):
        """Its main process ends its children, but now and then waits for one
        of cdp's for ever: what is left of its group is killed."""
        if self.process:
            stop(self.process, 5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None
