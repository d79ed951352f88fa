"""The number of ranks does not change the numbers."""

import pytest

from anodex.models.results.history import read_history

pytestmark = pytest.mark.serial

COARSE = "geometry.refinement=0.25"
CREEP = ("matrix.creep=power-law", COARSE)
BUTLER_VOLMER = ("kinetics.law=butler-volmer",)


@pytest.mark.parametrize(
    ("ranks", "changes"),
    [
        pytest.param(2, (), id="two ranks"),
        pytest.param(3, (COARSE,), id="three ranks"),
        pytest.param(2, CREEP, id="creep on two"),
        pytest.param(2, BUTLER_VOLMER, id="butler-volmer on two"),
        pytest.param(3, CREEP, id="creep on three", marks=pytest.mark.slow),
        pytest.param(3, BUTLER_VOLMER, id="butler-volmer on three", marks=pytest.mark.slow),
    ],
)
def test_ranks_agree(finished, assert_same, ranks, changes):
    assert_same(finished(ranks, *changes), finished(1, *changes))


def test_a_small_difference_would_be_seen(finished, assert_same, tmp_path):
    whole = finished(1)
    for name in ("history.csv", "summary.json"):
        (tmp_path / name).write_text((whole / name).read_text())
    assert_same(tmp_path, whole)
    largest = float(read_history(whole / "history.csv")["tip_von_mises [MPa]"].max())
    text = (whole / "history.csv").read_text()
    assert repr(largest) in text
    (tmp_path / "history.csv").write_text(text.replace(repr(largest), repr(largest * (1 + 1e-7))))
    with pytest.raises(AssertionError, match="tip_von_mises"):
        assert_same(tmp_path, whole)
