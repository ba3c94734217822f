#!/usr/bin/env python3
"""Draw what bench/speed measured as one SVG chart: how many times as fast as serial pytest.

    bench/chart.py all.json S1 SF SK rustest-5000 >chart.svg
"""
import argparse
import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

# Pixels: of all, before the bars, after the longest of them, one bar, between suites, around all.
WIDTH, LEFT, RIGHT, BAR, GAP, EDGE = 780, 160, 150, 18, 18, 14
# A page is light unless the reader's is dark; it has a ground of its own, for programs that cannot tell.
_STYLE = """
  text {
    font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    fill: #1f2328; stroke: #ffffff; stroke-width: 3px; paint-order: stroke;
  }
  .suite { font-weight: 600; }
  .quiet { fill: #59636e; }
  .paper { fill: #ffffff; }
  .prun { fill: #1a7f37; }
  .other { fill: #8c959f; }
  .line { stroke: #59636e; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; stroke: #0d1117; }
    .quiet { fill: #9198a1; }
    .paper { fill: #0d1117; }
    .prun { fill: #3fb950; }
    .other { fill: #656c76; }
    .line { stroke: #9198a1; }
  }
"""


def _rows(result):
    """What is shown of a suite, prun first: the runners, but for serial pytest and for prun -n 1."""
    shown = [s for s in result["runners"] if s["runner"] not in ("pytest", "prun -n 1")]
    return sorted(shown, key=lambda s: not s["runner"].startswith("prun"))


def _times(summary):
    """How many times as fast as serial pytest; None: void."""
    return summary["times as fast as"].get("pytest")


def _serial(result):
    return next(s["wall"] for s in result["runners"] if s["runner"] == "pytest")


def _text(x, y, text, style="", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def _suite(name, result, top, scale):
    """The parts of one suite's group of bars, and where the next may begin."""
    says = f"{result['says'].split(':')[0]} – serial pytest {_serial(result):.2f} s"
    parts = [_text(EDGE, top + 13, name, "suite"), _text(LEFT, top + 13, says, "quiet")]
    y, one = top + 22, LEFT + scale
    height = BAR * len(_rows(result))
    parts.append(f'<line x1="{one:.1f}" x2="{one:.1f}" y1="{y}" y2="{y + height}" class="line"/>')
    for s in _rows(result):
        parts += [_text(LEFT - 8, y + 13, s["runner"], anchor="end"), *_bar(s, y, scale)]
        y += BAR
    return parts, y + GAP


def _bar(summary, y, scale):
    times = _times(summary)
    if times is None:
        return [_text(LEFT + 4, y + 13, f"void: {summary['void']}", "quiet")]
    style = "prun" if summary["runner"].startswith("prun") else "other"
    long = max(1, times * scale)
    return [
        f'<rect x="{LEFT}" y="{y + 2}" width="{long:.1f}" height="{BAR - 4}" rx="2" class="{style}"/>',
        _text(LEFT + long + 6, y + 13, f"{times:.1f}× – {summary['wall']:.2f} s"),
    ]


def svg(results):
    """The chart of {suite: result}, as bench/speed --json has them under "suites"."""
    most = max(_times(s) or 1 for result in results.values() for s in result["runners"])
    scale = (WIDTH - LEFT - RIGHT) / most
    title = "How many times as fast as serial pytest (the dashed line); longer is faster"
    parts, top = [_text(EDGE, 26, title)], 46
    for name, result in results.items():
        more, top = _suite(name, result, top, scale)
        parts += more
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" width="{WIDTH}" role="img">'
    paper = '<rect width="100%" height="100%" rx="8" class="paper"/>'
    return "\n".join([head, f"<title>{title}</title>", f"<style>{_STYLE}</style>", paper, *parts, "</svg>"]) + "\n"


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
