"""Is a plugin behind a difference?  Leave each one out in turn and see whether the difference goes."""
from prun.verify import scan

_MOST = 60  # trials in one verification; each is two runs


class Trial:
    """Remembers who was guilty before: the next difference tries that one first."""

    def __init__(self, lab, plugins):
        self.lab = lab
        self.plugins = list(plugins)
        self.left = _MOST

    def guilty(self, difference, pair, now, shown):
        """(name, evidence) or (None, None).

        pair(options): the two outcomes whose difference is to be explained, with these options as well.
        now: the same without any.
        """
        if len(self.plugins) > 2 and pair(_without(self.plugins)) == now:
            return None, None  # with all of them gone it is still there
        for plugin in list(self.plugins):
            if self.left <= 0:
                break
            self.left -= 1
            name = plugin["name"]
            good, bad = pair(_without([plugin]))
            # What breaks with the plugin gone, for want of its fixture, tells nothing.
            if good and good == bad and good in now:
                self.plugins.remove(plugin)
                self.plugins.insert(0, plugin)
                return called(plugin), f"with -p no:{name} both are the same: {shown(good)}"
        return self._lender(difference)

    def _lender(self, difference):
        """The plugin whose fixture the test uses, if that plugin keeps state and the test's own file does not."""
        record = self.lab.alone("serial", difference.subject)
        if scan.keeps_state(f"{record.rootdir}/{difference.file}"):
            return None, None
        for plugin in self.plugins:
            mine = sorted(f for f, module in record.fixtures.items() if _within(module, plugin["module"]))
            if mine and plugin["file"] and scan.keeps_state(plugin["file"]):
                fixtures = ", ".join(mine)
                return called(plugin), f"the test uses its fixture {fixtures}, and it keeps state in module variables"
        return None, None


def _without(plugins):
    return [option for plugin in plugins for option in ("-p", f"no:{plugin['name']}")]


def _within(module, package):
    return module == package or module.startswith(package.partition(".")[0] + ".")


def called(plugin):
    """Its name for -p no:, and its distribution where it has one."""
    return f"{plugin['name']} ({plugin['dist']})" if plugin["dist"] else plugin["name"]
