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
        self._seen = len(self.xml.global_properties) if self.xml else 0
        self._recorded = []

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

    def note_properties(self, index):
        """What has been recorded for the test suite since the last call is of item number `index`."""
        if self.xml:
            self._recorded += [(index, *pair) for pair in self.xml.global_properties[self._seen :]]
            self._seen = len(self.xml.global_properties)

    def taken(self):
        """What note_properties() has noted, which is the caller's from now on."""
        taken, self._recorded = self._recorded, []
        return taken

    def give(self, taken):
        """What taken() has given in another process."""
        self._recorded += taken

    def properties(self, index):
        """Properties of the test suite recorded here, as a list of (item, name, value); the last are of `index`."""
        self.note_properties(index)
        return self._recorded


def add_attributes(config, node, item, attributes):
    """In the master, before the item's reports."""
    xml = log_xml(config)
    if xml:
        # The reporter is found by a report's item and worker; nothing else of this one is looked at.
        report = TestReport(item.nodeid, item.location, {}, "passed", None, "setup")
        report.node = node
        xml.node_reporter(report).attrs.update(attributes)


def add_properties(config, properties):
    """Of the test suite, as WorkerSide.properties() has them."""
    xml = log_xml(config)
    for _, name, value in properties:
        # Once each, however many workers recorded the same.
        if (name, value) not in xml.global_properties:
            xml.add_global_property(name, value)


class Order:
    """In the master: puts test cases and properties in the order of collection, as one process would write them.

    A finished node reporter has forgotten which item it is of, so that is noted when it is made.
    """

    def __init__(self, config, items):
        self.xml = log_xml(config)
        if not self.xml:
            return
        self._config = config
        self._properties = []
        self._place = {item.nodeid: i for i, item in enumerate(items)}
        self._of = {}
        self._make = self.xml.node_reporter
        self.xml.node_reporter = self._noting

    def _noting(self, report):
        reporter = self._make(report)
        self._of[id(reporter)] = str(getattr(report, "nodeid", report))
        return reporter

    def add_properties(self, properties):
        """Of the test suite, as a worker's WorkerSide.properties() has them."""
        if self.xml:
            self._properties += properties

    def restore(self):
        if self.xml:
            add_properties(self._config, sorted(self._properties, key=lambda p: p[0]))
            # What is not an item (a collection error) came first.
            self.xml.node_reporters_ordered.sort(key=lambda r: self._place.get(self._of.get(id(r)), -1))
