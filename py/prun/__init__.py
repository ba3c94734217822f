"""The pytest side of prun: what runs inside pytest, in the master and in its forked workers.

    main       argv to pytest, and the exit status back
    plugin     the pytest plugin: options, and the run loop that hands over to the C core
    options    the command line, shared with or standing in for pytest-xdist's
    master     one parallel run in the master: workers come and go, reports are replayed
    child      what a forked child must reset before it is a worker
    runner     a worker's session: runs items, records what they report
    codec      reports and warnings as JSON and back
    contract   plugins that do one thing in a controller and another in a worker
    junit      what tests record for --junitxml, and its order
    late       exceptions that belong to no test any more
    nodes      what plugins see of a worker in the master (pytest-xdist's WorkerController)
    newhooks, standin, fixtures, shim
               xdist's hooks, plugin, fixtures and module, where it is absent
    scheduler  a suite's own scheduler, as far as prun can follow it
    rand       the state of random number generators across the fork
    owned      locks that only the process that made them may use
"""
