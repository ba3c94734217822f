#!/usr/bin/env python3
"""Draw what bench/speed measured as one SVG chart: how many times as fast as serial pytest.

    bench/chart.py all.json S1 SF SK rustest-5000 >chart.svg
"""
import argparse
import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, BAR, GAP = 760, 150, 150, 18, 26  # pixels; RIGHT: room for what stands after the longest bar
# Colours that tell apart on white and on black; the page's own background shows through.
_STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
  .suite { font-weight: 600; }
  .quiet { fill: #59636e; }
  .prun { fill: #1a7f37; }
  .other { fill: #8c959f; }
  .line { stroke: #8c959f; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .prun { fill: #3fb950; }
    .other { fill: #656c76; }
    .line { stroke: #656c76; }
  }
"""


def _bars(result):
    """(runner, times as fast as serial pytest, wall) of all that are not void, without serial pytest itself."""
    found = []
    for s in result["runners"]:
        times = s["times as fast as"].get("pytest")
        if times is not None and s["runner"] not in ("pytest", "prun -n 1"):
            found.append((s["runner"], times, s["wall"]))
    return found


def _serial(result):
    return next(s["wall"] for s in result["runners"] if s["runner"] == "pytest")


def _text(x, y, text, style="", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def _suite(name, result, top, scale):
    """The parts of one suite's group of bars, and where the next may begin."""
    says = f"{result['says'].split(':')[0]} – serial pytest {_serial(result):.2f} s"
    parts = [_text(0, top + 13, name, "suite"), _text(LEFT, top + 13, says, "quiet")]
    y = top + 22
    for runner, times, wall in _bars(result):
        style = "prun" if runner.startswith("prun") else "other"
        parts += [
            _text(LEFT - 8, y + 13, runner, anchor="end"),
            f'<rect x="{LEFT}" y="{y + 2}" width="{max(1, times * scale):.1f}" height="{BAR - 4}" rx="2" class="{style}"/>',
            _text(LEFT + times * scale + 6, y + 13, f"{times:.1f}×  {wall:.2f} s"),
        ]
        y += BAR
    one = LEFT + scale
    parts.append(f'<line x1="{one:.1f}" x2="{one:.1f}" y1="{top + 20}" y2="{y}" class="line"/>')
    return parts, y + GAP - 8


def svg(results):
    """The chart of {suite: result}, as bench/speed --json has them under "suites"."""
    most = max((times for result in results.values() for _, times, _ in _bars(result)), default=1)
    scale = (WIDTH - LEFT - RIGHT) / max(most, 1)
    title = "How many times as fast as serial pytest (the dashed line); longer is faster"
    parts, top = [_text(0, 16, title)], 34
    for name, result in results.items():
        more, top = _suite(name, result, top, scale)
        parts += more
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" width="{WIDTH}" role="img">'
    return "\n".join([head, f"<title>{title}</title>", f"<style>{_STYLE}</style>", *parts, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", type=Path, help="what bench/speed --json wrote")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="which of them (all)")
    args = parser.parse_args()
    results = json.loads(args.json.read_text())["suites"]
    missing = [name for name in args.suites if name not in results]
    if missing:
        parser.error(f"not measured: {', '.join(missing)}")
    print(svg({name: results[name] for name in args.suites or results}), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
