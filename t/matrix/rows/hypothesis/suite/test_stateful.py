from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule


class Stack(RuleBasedStateMachine):
    values = Bundle("values")

    def __init__(self):
        super().__init__()
        self.stack = []

    @rule(target=values, n=st.integers(0, 9))
    def push(self, n):
        self.stack.append(n)
        return n

    @rule(n=values)
    def has(self, n):
        assert n in self.stack

    @invariant()
    def is_small(self):
        assert len(self.stack) < 4


class Fine(RuleBasedStateMachine):
    @rule()
    def nothing(self):
        pass


Stack.TestCase.settings = Fine.TestCase.settings = settings(max_examples=30, stateful_step_count=10, deadline=None)
TestStack = Stack.TestCase
TestFine = Fine.TestCase
