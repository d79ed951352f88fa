"""Moving pictures."""

import pytest
from matplotlib import pyplot
from PIL import Image

from anodex.models.drawing.animation import save_frames
from anodex.models.drawing.style import style
from anodex.models.errors import SetupError

pytestmark = pytest.mark.serial


def frames(figure):
    for number in range(3):
        figure.clear()
        figure.subplots().plot([0, number + 1], [0, 1])
        yield


def test_each_step_is_a_frame(tmp_path):
    with style():
        figure = pyplot.figure(figsize=(2, 1))
        path = save_frames(figure, frames(figure), tmp_path / "new" / "growth.gif")
        assert not pyplot.fignum_exists(figure.number)
    with Image.open(path) as film:
        assert (film.n_frames, film.size) == (3, (160, 80))
    assert [found.name for found in path.parent.iterdir()] == ["growth.gif"]


def test_unwritable_path_is_named(tmp_path):
    (tmp_path / "file").touch()
    with style(), pytest.raises(SetupError, match=r"cannot write the moving picture .*growth\.gif"):
        figure = pyplot.figure()
        save_frames(figure, frames(figure), tmp_path / "file" / "growth.gif")
