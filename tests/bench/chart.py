# SPDX-License-Identifier: MIT
"""The result as a picture for README: what a unit costs at full load."""
from html import escape

import table

WIDTH, LEFT, RIGHT = 760, 130, 90
BAR, GAP, GROUP = 16, 4, 18
COLOURS = {"imsbox": "#1f6feb", "kamailio": "#d1242f", "floor": "#8b949e"}
NAMES = {"imsbox": "imsbox", "kamailio": "Kamailio", "floor": "bare forwarders"}


def text(x, y, words, anchor="start", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(words)}</text>')


def bar(y, name, value, scale):
    width = max(value * scale, 1)
    return [f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" '
            f'fill="{COLOURS[name]}"/>',
            text(LEFT + width + 6, y + 12, f"{value:,.0f} µs")]


def legend(y):
    x = LEFT
    for name, colour in COLOURS.items():
        yield (f'<rect x="{x}" y="{y}" width="12" height="12" '
               f'fill="{colour}"/>')
        yield text(x + 18, y + 11, NAMES[name])
        x += 130


def draw(result):
    costs = {unit: {name: us for name in COLOURS if (us := table.median(
        result, unit, name, "full", table.cscf_us)) is not None}
        for unit in result["units"]}
    most = max((us for of in costs.values() for us in of.values()), default=1)
    scale = (WIDTH - LEFT - RIGHT) / most
    parts = [text(10, 22, "Processor time a unit at full load, P-, I- and "
                  "S-CSCF together", weight="bold")]
    y = 36
    for unit, of in costs.items():
        middle = y + len(of) * (BAR + GAP) / 2
        parts.append(text(LEFT - 10, middle + 3, unit, "end"))
        for name, us in of.items():
            parts += bar(y, name, us, scale)
            y += BAR + GAP
        y += GROUP
    parts += legend(y)
    machine = result["machine"]
    parts.append(text(10, y + 34, f"{machine['processor']}, "
                      f"{machine['processors']} processors; imsbox "
                      f"{result['versions']['imsbox']}, Kamailio "
                      f"{result['versions']['kamailio']}; {result['when']}"))
    height = y + 46
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
            'font-family="sans-serif" font-size="13" fill="#24292f">\n'
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
