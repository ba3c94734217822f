"""took.py FILE NAME LEAST MOST: did the test case take so many seconds, by a JUnit XML file?"""
import sys
import xml.etree.ElementTree as ET

file, name, least, most = sys.argv[1:]
took = [float(case.get("time")) for case in ET.parse(file).iter("testcase") if case.get("name") == name]
print(took)
sys.exit(not (len(took) == 1 and float(least) <= took[0] <= float(most)))
