"""Print a JUnit XML file as lines that can be compared: in order of tests, without times and host."""
import re
import sys
import xml.etree.ElementTree as ET

DROPPED = {"time", "timestamp", "hostname"}


def lines(element, path=""):
    attributes = sorted((k, v) for k, v in element.attrib.items() if k not in DROPPED)
    text = re.sub(r"0x[0-9a-f]+", "0xN", element.text or "").strip()
    own = f"{path}/{element.tag} {attributes} {ascii(text)}"
    return [own] + [line for child in element for line in lines(child, own.split(" ")[0])]


for suite in ET.parse(sys.argv[1]).getroot():
    print(*lines(suite)[:1])
    for block in sorted("\n".join(lines(child)) for child in suite):
        print(block)
