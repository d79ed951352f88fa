"""The unit of y in a figure of a sweep, and where its axis begins."""

import numpy as np
import pytest
from matplotlib import pyplot
from pydantic import ValidationError

from anodex.models.errors import InputError
from anodex.scripts.sweep_figure import draw_series
from anodex.scripts.sweep_panels import Curves
from anodex.scripts.sweep_table import Column

pytestmark = pytest.mark.serial


@pytest.fixture
def axes():
    figure, axes = pyplot.subplots()
    yield axes
    pyplot.close(figure)


def test_unit_and_begin_of_the_axis_of_y(axes):
    columns = {"x": Column("x", "", [1, 2]), "y": Column("y", "V", [0.002, None])}
    draw_series(axes, Curves(x="x", y="y", y_unit="mV", y_from=0), columns)
    assert axes.get_ylabel() == "y [mV]" and axes.get_ylim()[0] == 0
    np.testing.assert_allclose(axes.get_lines()[0].get_xydata(), [[1, 2.0], [2, np.nan]])
    with pytest.raises(InputError, match=r"cannot draw 'y \[V\]' in 'um'"):
        draw_series(axes, Curves(x="x", y="y", y_unit="um"), columns)
    with pytest.raises(ValidationError, match="unit 'voltage' is unknown"):
        Curves(x="x", y="y", y_unit="voltage")
