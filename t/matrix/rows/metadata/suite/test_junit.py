import pytest

pytestmark = pytest.mark.usefixtures("include_metadata_in_junit_xml")


@pytest.mark.parametrize("n", range(4))
def test_with_properties(n, metadata):
    assert metadata["environment"] == "staging"
