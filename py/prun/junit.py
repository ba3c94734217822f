"""JUnit properties and attributes that a test records: they are written into the worker's LogXML, which
nobody saves, and so are carried over to the master's (xdist loses both: pytest#7767, xdist#538)."""
from _pytest.reports import TestReport

try:
    from _pytest.junitxml import xml_key
except ImportError:  # moved in some future pytest: then nothing is carried over, as in xdist
    xml_key = None


def log_xml(config):
    """The LogXML of this run, or None without --junitxml."""
    return config.stash.get(xml_key, None) if xml_key else None


class WorkerSide:
    """In a worker: what record_xml_attribute and record_testsuite_property have left."""

    def __init__(self, config):
        self.xml = log_xml(config)
        self._known = list(self.xml.global_properties) if self.xml else []

    def attributes(self, nodeid):
        """Attributes recorded for the item that has just run, as a dict; empty if none."""
        if not self.xml or not self.xml.node_reporters:
            return {}
        found = {}
        for key, reporter in self.xml.node_reporters.items():
            if str(key[0]) == nodeid:
                found.update((str(k), str(v)) for k, v in reporter.attrs.items())
        self.xml.node_reporters.clear()
        self.xml.node_reporters_ordered.clear()
        return found

    def properties(self):
        """Properties of the test suite recorded here, as a list of (name, value)."""
        if not self.xml:
            return []
        return [pair for pair in self.xml.global_properties if pair not in self._known]


def add_attributes(config, node, item, attributes):
    """In the master, before the item's reports."""
    xml = log_xml(config)
    if xml:
        # The reporter is found by a report's item and worker; nothing else of this one is looked at.
        report = TestReport(item.nodeid, item.location, {}, "passed", None, "setup")
        report.node = node
        xml.node_reporter(report).attrs.update(attributes)


def add_properties(config, properties):
    """In the master: once each, however many workers recorded the same."""
    xml = log_xml(config)
    for name, value in properties if xml else ():
        if (name, value) not in xml.global_properties:
            xml.add_global_property(name, value)


class Order:
    """In the master: puts test cases in the order of collection, as one process would write them.

    A finished node reporter has forgotten which item it is of, so that is noted when it is made.
    """

    def __init__(self, config, items):
        self.xml = log_xml(config)
        if not self.xml:
            return
        self._place = {item.nodeid: i for i, item in enumerate(items)}
        self._of = {}
        self._make = self.xml.node_reporter
        self.xml.node_reporter = self._noting

    def _noting(self, report):
        reporter = self._make(report)
        self._of[id(reporter)] = str(getattr(report, "nodeid", report))
        return reporter

    def restore(self):
        if self.xml:
            # What is not an item (a collection error) came first.
            self.xml.node_reporters_ordered.sort(key=lambda r: self._place.get(self._of.get(id(r)), -1))
