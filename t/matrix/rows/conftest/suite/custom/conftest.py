"""Tests that are no Python: a line of a .sums file each, as `name: sum = result`."""
import pytest


def pytest_collect_file(parent, file_path):
    return SumsFile.from_parent(parent, path=file_path) if file_path.suffix == ".sums" else None


class SumsFile(pytest.File):
    def collect(self):
        for number, line in enumerate(self.path.read_text().splitlines()):
            name, _, rest = line.partition(":")
            yield SumItem.from_parent(self, name=name, sum=rest, number=number)


class WrongSum(Exception):
    pass


class SumItem(pytest.Item):
    def __init__(self, *, sum, number, **more):
        super().__init__(**more)
        self.sum = sum
        self.number = number
        if "later" in self.name:
            self.add_marker(pytest.mark.skip(reason="later"))

    def setup(self):
        self.left, _, self.right = self.sum.partition("=")

    def runtest(self):
        print("computing", self.left)
        if eval(self.left) != int(self.right):
            raise WrongSum(self.left, eval(self.left), self.right)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, WrongSum):
            left, is_, right = excinfo.value.args
            return f"{left} is not {right} but {is_}"
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, self.number, f"sum: {self.name}"
