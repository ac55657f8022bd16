# SPDX-License-Identifier: MIT
"""The result as tables: ratios first, then what they are ratios of."""
import shutil
import statistics
from pathlib import Path

import systems

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
LEVELS = ["light", "half", "full"]
SHOWN = {"light": "light", "half": "half", "full": "full",
         "equal": "Kamailio's half"}
# The goals: CPU beside Kamailio's at full load, and the floor's.
GOALS = {"registration": (1 / 10, 4), "call": (1 / 8, 2.5),
         "message": (1 / 8, 3)}


def median(result, unit, system, level, value):
    """Of the rounds; None when there are none."""
    runs = result["units"].get(unit, {}).get(system, {}).get(level)
    return statistics.median(map(value, runs)) if runs else None


def cscf_us(run):
    return sum(run["nodes"][name]["cpu_us"] for name in systems.CSCFS)


def p99_us(run):
    return run["latency_us"]["p99"]


def ratio(a, b):
    return a / b if a is not None and b else None


def show(number, form="{:,.0f}"):
    return "—" if number is None else form.format(number)


def part(number):
    """1/8.4, or 2.3 ×."""
    if number is None or number <= 0:
        return "—"
    return f"1/{1 / number:.1f}" if number < 0.95 else f"{number:.2f} ×"


def rows(header, lines):
    yield "| " + " | ".join(header) + " |"
    yield "| " + " | ".join(["---"] + ["---:"] * (len(header) - 1)) + " |"
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def judged(number, goal):
    if number is None or goal is None:
        return part(number)
    return f"{part(number)} {'✓' if number <= goal else f'(goal {part(goal)})'}"


def ratios(result):
    """imsbox beside the others, each at its own load of that level."""
    for unit in result["units"]:
        goal = GOALS.get(unit, (None, None))
        line = [unit]
        for level in reversed(LEVELS):
            ours = median(result, unit, "imsbox", level, cscf_us)
            theirs = median(result, unit, "kamailio", level, cscf_us)
            line.append(judged(ratio(ours, theirs),
                               goal[0] if level == "full" else None))
        ours = median(result, unit, "imsbox", "full", cscf_us)
        theirs_us = median(result, unit, "kamailio", "half", p99_us)
        line.append(judged(ratio(ours, median(result, unit, "floor", "full",
                                              cscf_us)), goal[1]))
        line.append(judged(ratio(
            median(result, unit, "imsbox", "half", p99_us), theirs_us), 1 / 2))
        line.append(part(ratio(
            median(result, unit, "imsbox", "equal", p99_us), theirs_us)))
        line.append(part(ratio(of(result, unit, "imsbox").get("highest"),
                               of(result, unit, "kamailio").get("highest"))))
        yield line


def of(result, unit, system):
    return result["units"].get(unit, {}).get(system, {})


def node_cells(runs):
    """P, I, S and HSS, user + system."""
    for name in systems.CSCFS + ["hss"]:
        user, system = (statistics.median(run["nodes"][name][key]
                                          for run in runs)
                        for key in ("user_us", "system_us"))
        yield f"{user:.0f} + {system:.0f}"


def absolute(result):
    for unit, by_system in result["units"].items():
        for level in SHOWN:
            for system, levels in by_system.items():
                runs = levels.get(level)
                if not runs:
                    continue
                latency = [statistics.median(run["latency_us"][key]
                                             for run in runs) / 1000
                           for key in ("p50", "p90", "p99", "max")]
                switches = statistics.median(
                    sum(run["nodes"][name]["switches"]
                        for name in systems.CSCFS) for run in runs)
                failed = sum(run["failures"] for run in runs)
                yield [unit, system, SHOWN[level], f"{runs[0]['rate']:,}",
                       f"**{statistics.median(map(cscf_us, runs)):.0f}**",
                       *node_cells(runs), f"{switches:.1f}",
                       " ".join(f"{ms:.3g}" for ms in latency),
                       str(failed)]


def apart(result):
    """Memory and start."""
    memory = {name: of and sum(of.get(node + "_says", of[node])
                               for node in systems.CSCFS)
              for name, of in result.get("subscriber_bytes", {}).items()}
    start = result.get("start_s", {})
    ours, theirs = memory.get("imsbox"), memory.get("kamailio")
    yield ["memory a registered subscriber, P+I+S",
           show(ours, "{:,.0f} bytes"), show(theirs, "{:,.0f} bytes"),
           judged(ratio(ours, theirs), 1 / 4)]
    yield ["start to first registration", show(start.get("imsbox"), "{:.2f} s"),
           show(start.get("kamailio"), "{:.2f} s"),
           part(ratio(start.get("imsbox"), start.get("kamailio")))]


def remarks(result):
    """What a reader of the tables must know besides."""
    lines = []
    for name, of in result.get("subscriber_bytes", {}).items():
        if not of:
            continue
        line = (f"Memory of {name}: from {of['from']:,} to {of['to']:,} "
                f"registered phones. "
                + ", ".join(f"{node} {of[node]:,}" for node in systems.CSCFS))
        if "pcscf_says" in of:
            line += "; by its own allocator's count, which is compared, " \
                + ", ".join(
                f"{node} {of[node + '_says']:,}" for node in systems.CSCFS)
        lines.append(line + " bytes.")
    lines += [f"FAILED: {what}" for what in result.get("failed", [])]
    return [""] + [f"- {line}" for line in lines] if lines else []


def highest(result):
    for unit, by_system in result["units"].items():
        yield [unit] + [show(by_system.get(name, {}).get("highest"))
                        for name in ("imsbox", "kamailio", "floor")]


def markdown(result):
    machine, versions = result["machine"], result["versions"]
    lines = [
        f"{machine['processor']}, {machine['processors']} processors, "
        f"{machine['memory_gib']} GiB, Linux {machine['kernel']}; imsbox "
        f"{versions['imsbox']}, Kamailio {versions['kamailio']}, gcc "
        f"{versions['compiler']}, {versions['libc']}; {result['when']}, "
        f"{result['phones']} phones, rounds of {result['seconds']} s, medians.",
        "", "Ratios, imsbox to the other, each at its own load:", "",
        *rows(["", "CPU to Kamailio, full", "half", "light",
               "CPU to the floor, full", "p99 to Kamailio, half",
               "p99, both at Kamailio's half", "highest rate to Kamailio"],
              ratios(result)),
        "", *rows(["", "imsbox", "Kamailio", "ratio"], apart(result)),
        "", "Highest rate without a failure, units a second:", "",
        *rows(["", "imsbox", "Kamailio", "floor"], highest(result)),
        "", "Microseconds of processor a unit, user + system a node; context "
        "switches of P+I+S a unit; latency in milliseconds:", "",
        *rows(["unit", "system", "load", "units/s", "P+I+S", "P-CSCF",
               "I-CSCF", "S-CSCF", "HSS", "switches", "p50 p90 p99 max",
               "failed"], absolute(result)),
        *remarks(result),
    ]
    return "\n".join(lines) + "\n"


def put(text, begin, end):
    """Between its marks in docs/bench.md."""
    page = DOCS / "bench.md"
    before, rest = page.read_text().split(begin, 1)
    page.write_text(before + begin + text + end + rest.split(end, 1)[1])


def publish(text, out):
    """Into docs: the table, the JSON and the chart."""
    put("![Processor time a unit](bench.svg)\n\n" + text, BEGIN, END)
    for name in ("bench.json", "bench.svg"):
        shutil.copy(out / name, DOCS / name)
