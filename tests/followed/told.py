# SPDX-License-Identifier: MIT
"""The result in words and a table, for docs/dashboard.md."""
import statistics

import table

BEGIN, END = "<!-- followed -->\n", "<!-- /followed -->\n"
GOAL = 5  # percent more in the nodes
PLACES = {True: "all on all processors",
          False: "who follows on a processor of its own"}
NODES = {"pcscf": "P-CSCF", "icscf": "I-CSCF", "scscf": "S-CSCF",
         "hss": "HSS"}


def nodes_us(phase):
    return sum(phase["nodes"].values())


def more(phase, than, name=None):
    """Percent of processor time a call; of one node, or of all."""
    def us(of):
        return of["nodes"][name] if name else nodes_us(of)
    return 100 * (us(phase) / us(than) - 1)


def pairs(phases):
    """(followed, alone): the neighbours of each half round, so that what
    drifts upwards in one strikes the other downwards."""
    for a, b in zip(phases[::2], phases[1::2]):
        yield (a, b) if a["way"] == "followed" else (b, a)


def noise(phases):
    """Percent between neighbours of one kind."""
    return [abs(more(b, a)) for a, b in zip(phases, phases[1:])
            if a["way"] == b["way"]]


def of(phases, way):
    return [p for p in phases if p["way"] == way]


def percent(number):
    return f"{number:+.1f} %".replace("-", "−")


def spread(numbers):
    """The median, where the middle half lies, and the ends."""
    low, middle, high = statistics.quantiles(numbers, method="inclusive")
    return (f"{percent(middle)} (half of them {percent(low)} to "
            f"{percent(high)}, all {percent(min(numbers))} to "
            f"{percent(max(numbers))})")


def lines(phases):
    for way, name in (("alone", "nobody follows"),
                      ("followed", "followed, with viewers")):
        chosen = of(phases, way)
        cells = [statistics.median(p["nodes"][node] for p in chosen)
                 for node in NODES]
        yield [name, *(f"{us:.0f}" for us in cells),
               f"{statistics.median(map(nodes_us, chosen)):.0f}"]
    differences = [[more(f, a, node) for f, a in pairs(phases)]
                   for node in [*NODES, None]]
    yield ["median of the differences",
           *(percent(statistics.median(d)) for d in differences)]


def median_more(phases):
    return statistics.median(more(f, a) for f, a in pairs(phases))


def fate(phases):
    """What came of the viewers."""
    followed = of(phases, "followed")
    kept = sum(not p["slow_dropped"] for p in followed)
    lost = sum(p["viewers_lost"] for p in followed)
    slow = (f"was NOT dropped in {kept} of {len(followed)} phases" if kept
            else "was dropped in each phase")
    others = f"; {lost} who READ were dropped too" if lost else ""
    return f"who never read {slow}{others}"


def failures(phases):
    count = sum(p["failed"] for p in phases)
    return [f"- {count} calls FAILED."] if count else []


def markdown(result):
    phases, where = result["phases"], result["machine"]
    followed = of(phases, "followed")

    def median(key):
        return statistics.median(p[key] for p in followed)

    sign = "✓" if median_more(phases) < GOAL else f"(goal {GOAL} %)"
    return "\n".join([
        f"{where['processor']}, {where['processors']} processors, Linux "
        f"{where['kernel']}; imsbox {result['versions']['imsbox']}; "
        f"{result['when']}. {result['calls']} calls a second, "
        f"{result['viewers']} viewers, {len(phases)} phases of "
        f"{result['seconds']} s, {PLACES[result['together']]}. Microseconds of "
        "processor a call:", "",
        *table.rows(["", *NODES.values(), "nodes"], lines(phases)), "",
        f"- More in the nodes, {len(phases) // 2} pairs of neighbours: "
        f"{spread([more(f, a) for f, a in pairs(phases)])} {sign}",
        "- Neighbours of one kind differ by "
        f"{statistics.median(noise(phases)):.1f} % in the median, "
        f"{max(noise(phases)):.1f} % at most.",
        f"- The dashboard's own: {median('dashboard_us'):.0f} µs a call, "
        f"{100 * median('dashboard_share'):.0f} % of a processor.",
        f"- A viewer got {median('viewer_bytes_s') / 1024:.0f} KB a second; "
        f"{fate(phases)}.",
        *failures(phases)]) + "\n"


def is_fine(result):
    """The goal is kept, and nobody was dropped or kept who should not be."""
    phases = result["phases"]
    return (median_more(phases) < GOAL
            and not any(p["failed"] for p in phases)
            and all(p["slow_dropped"] and not p["viewers_lost"]
                    for p in of(phases, "followed")))


def publish(text):
    """Into docs/dashboard.md."""
    page = table.DOCS / "dashboard.md"
    before, rest = page.read_text().split(BEGIN, 1)
    page.write_text(before + BEGIN + text + END + rest.split(END, 1)[1])
