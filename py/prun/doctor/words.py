"""What --doctor prints."""
import time

from prun.doctor import findings

_PARTS = (
    ("start", "pytest and plugins start"), ("collect", "collecting"), ("prepare", "preparing workers"),
    ("tests", "running tests"), ("end", "the end"),
)


def _plural(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _workers(run):
    """How the workers spent the time in which tests ran."""
    time_ = run["seconds"]["tests"] * run["workers"]
    if not time_:
        return ""
    setups = sum(lane[1] for lane in run["lanes"])
    busy = findings.busy(run)
    return f"workers: {min(1.0, busy / time_):.0%} busy ({setups / time_:.0%} set-ups), {max(0.0, 1 - busy / time_):.0%} idle"


def _gain(finding):
    if finding.gain >= 0.05:
        return f"{'at most' if finding.most else 'about'} {finding.gain:.1f} s"
    return f"{finding.processor:.1f} s of processors' time"


def of(run, found):
    """Lines."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run["time"]))
    wall = findings.wall(run)
    lines = [
        f"the run of {when}: {_plural(run['tests'], 'test')}, {_plural(run['workers'], 'worker')}, "
        f"--dist {run['mode']}{', --xdist-exact' if run['exact'] else ''}, {wall:.2f} s",
        "",
    ]
    for name, said in _PARTS:
        seconds = run["seconds"][name]
        lines.append(f"  {seconds:9.2f} s  {seconds / wall if wall else 0:4.0%}  {said}")
    lines += [f"  {_workers(run)}", ""]
    if not found:
        return [*lines, "nothing that an option would mend"]
    lines.append("what held it up, and what would help:")
    for number, finding in enumerate(found, 1):
        lines += ["", f"{number}. {finding.what}", f"   {finding.help}", f"   gain: {_gain(finding)}"]
    return lines
