"""Stops the session: what follows does not run."""


def test_before():
    pass


def test_stops(request):
    request.session.shouldstop = "enough"


def test_after():
    pass
