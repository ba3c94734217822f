"""``prun --verify-dropin``: is prun a drop-in for serial pytest on this suite?

    cli       its own options, and what is left of them for the two sides
    runs      one run of one side, in a process of its own, and what it left behind
    probe/    the pytest plugin that records such a run
    record    what was recorded, as data
    artefacts JUnit and coverage files, as data
    compare   two records: what differs
    explain   runs differing tests again to find out why
    scan      what source files say: worker ids read at import, state kept in modules
    verdict   the text and the JSON
"""
