"""A session fixture that was set up once for the whole run, as once.py keeps it."""
import copy

from _pytest import fixtures
from _pytest.outcomes import TEST_OUTCOME


class Instance:
    """A session fixture that the master has set up, with its parameters and those of what it needs."""

    def __init__(self, definition, request, terms, raised):
        """raised: what the set-up raised, or None."""
        self._definition, self._request = definition, request
        self._result = definition.cached_result  # as pytest has it: value, key, error; None if it raised SystemExit
        self._raised, self._traceback = raised, raised and raised.__traceback__
        self._after_fork = terms.after_fork if terms and not raised else None
        self._finalizers = []

    def put_away(self):
        """Take it off pytest's books."""
        self._finalizers += self._definition._finalizers
        self._definition._finalizers.clear()
        self._definition.cached_result = None

    def give(self, request, forked):
        """Do what pytest's own pytest_fixture_setup does."""
        __tracebackhide__ = True
        if forked and self._after_fork:
            self._adapt(request)
        if self._result:
            value, _, error = self._result
            self._definition.cached_result = (value, self._definition.cache_key(request), error)
        if self._raised:
            raise self._raised.with_traceback(self._traceback)
        return self._definition.cached_result  # anything but None

    def _adapt(self, request):
        """Have pytest call after_fork, as if that were the fixture."""
        __tracebackhide__ = True
        function, before = self._after_fork, self._result[0]
        adapted = copy.copy(self._definition)
        adapted.argnames, adapted.func = (), lambda: function(before)
        try:
            fixtures.pytest_fixture_setup(adapted, request)
        except TEST_OUTCOME as e:
            self._result = adapted.cached_result
            self._raised, self._traceback = e, e.__traceback__
        else:
            if adapted.cached_result[0] is not None:
                self._result = adapted.cached_result
        self._after_fork = None

    def tear_down(self):
        self._definition.cached_result = self._result or (None, None, None)  # or there would be nothing to finish
        self._definition._finalizers.extend(self._finalizers)
        self._definition.finish(self._request)
