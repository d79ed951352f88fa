"""A short as it happens: its times, its fields and its pictures."""

import csv

import numpy as np
import pytest
from matplotlib.figure import Figure

from anodex.models.results.events import changes
from anodex.models.results.result import Result
from anodex.models.systems.dendrite import SYSTEM
from anodex.models.systems.dendrite.pictures.events import draw_events, moments
from anodex.models.systems.dendrite.pictures.frames import CONCENTRATION, Morphology, titled
from anodex.models.systems.dendrite.pictures.growth import with_short

# on several ranks test_parity holds such runs to one
pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]
# of the model 'paper': lithium crosses 3 um
SHORT = (
    "simple",
    "geometry.length=12 um",
    "geometry.width=6 um",
    "geometry.protrusion_height=2 um",
    "geometry.porosity=0",
    "loading.duration=4 s",
)


@pytest.fixture(scope="module")
def opened(run_case):
    """Function that runs a case and opens its result; the same one runs once."""

    def make(*changes: str) -> Result:
        found = run_case(*changes)
        return Result(found.folder, observables=found.observables)

    return make


def table(result: Result) -> list[dict[str, float]]:
    """Rows of events.csv."""
    with open(result.folder / "events.csv", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def test_changes_are_told_with_the_rows_that_they_lie_between():
    times = np.array([0.0, 1.0, 3.0, 6.0, 10.0])
    found = changes(times, np.array([0, 1, 1, 0, 1]))
    assert found["time [s]"].tolist() == [1.0, 6.0, 10.0]
    assert found["earliest [s]"].tolist() == [0.0, 3.0, 6.0]
    from_the_start = changes(times, np.array([1, 1, 0, 0, 0]))
    assert from_the_start["time [s]"].tolist() == [0.0, 3.0]
    assert from_the_start["earliest [s]"].tolist() == [0.0, 1.0]
    assert not len(changes(times, np.zeros(5))["row"])


def test_contacts_stand_in_a_table_and_have_fields(opened):
    result = opened("touching")
    made, lost = table(result)
    assert (made["contact [1]"], lost["contact [1]"]) == (1, 0)
    assert made["time [s]"] == result["time_of_contact"]
    assert lost["time [s]"] - made["time [s]"] == pytest.approx(result["contact_duration"])
    for event in (made, lost):
        assert 0 < event["time [s]"] - event["earliest [s]"] < 100
        assert event["time [s]"] in result.series().times
    assert made["cell_voltage [V]"] < 0.5 * made["cell_voltage_before [V]"]
    assert lost["cell_voltage [V]"] > lost["cell_voltage_before [V]"]
    leakage = result.columns["contact_current_density [A/m^2]"]
    touching = result.columns["contact [1]"] > 0
    assert leakage[touching].min() > 10 * np.abs(leakage[~touching]).max()


def test_fields_of_events_are_those_that_the_case_wants(opened):
    result = opened("touching", "output.event_frames=0")
    assert len(table(result)) == 2
    assert result["time_of_contact"] not in result.series().times


def test_crossings_of_the_leakage_stand_in_a_table(opened):
    result = opened(*SHORT)
    (short,) = table(result)
    assert short["short [1]"] == 1
    assert short["earliest [s]"] <= result["time_of_short"] <= short["time [s]"]
    assert short["time [s]"] in result.series().times


def test_a_run_without_events_has_an_empty_table(opened):
    result = opened("potentials")
    assert table(result) == []
    assert moments(Morphology.of(result)) == {}
    assert draw_events(result, result.folder / "none.png") is None


@pytest.mark.parametrize("kind", [("touching",), SHORT], ids=["contact", "leakage"])
def test_pictures_of_events(opened, tmp_path, kind):
    result = opened(*kind)
    found = moments(Morphology.of(result))
    after = "open again" if kind == ("touching",) else "still short"
    assert list(found) == ["before the short", "short", after]
    first = table(result)[0]["time [s]"]
    assert found["before the short"] < first == found["short"] < found[after]
    assert draw_events(result, tmp_path / "events.png").stat().st_size > 10_000
    names = [path.name for path in SYSTEM.plot(result.folder, ["voltage"])]
    assert names == (["voltage.png"] if kind == ("touching",) else [])


def test_ions_are_drawn_outside_lithium_alone(opened):
    run = Morphology.of(opened("ions"))
    frame = run.frame(0.5)
    assert run.those_of([CONCENTRATION]) == (CONCENTRATION,)
    values = frame.fields[CONCENTRATION.name]
    assert np.isnan(values[frame.phase >= 0.5]).all()
    far = frame.phase < 0.01
    stored = run.series.grid(frame.time).point_data[CONCENTRATION.name]
    assert np.isfinite(values[far]).all() and 0 < values[far].max() <= np.nanmax(stored)


@pytest.mark.parametrize(
    ("times", "short", "expected"),
    [
        ([0, 7, 13, 20], 12.6, [0, 7, 12.6, 20]),
        ([0, 7, 13, 20], 19.0, [0, 7, 19.0, 20]),
        ([0, 7, 13, 20], 20, [0, 7, 13, 20]),
        ([0, 7, 13, 20], None, [0, 7, 13, 20]),
        ([0, 8, 20], 10.0, [0, 8, 10.0, 20]),
    ],
)
def test_the_short_takes_the_place_of_the_nearest_time_between(times, short, expected):
    assert list(with_short(np.array(times), short, 4)) == expected


def test_growth_and_state_show_the_first_short(opened, monkeypatch):
    result, titles = opened("touching"), []
    save = Figure.savefig

    def savefig(figure, *words, **options):
        titles.append([axes.get_title("left") for axes in figure.axes])
        save(figure, *words, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    SYSTEM.plot(result.folder, ["growth.png", "dendrite"])
    time = titled(moments(Morphology.of(result))["short"], "short")
    growth, state = titles
    ends = [titled(moment) for moment in result.series().times[[0, -1]]]
    assert growth.count(time) == 1 and [growth[0], growth[-1]] == ends
    assert state[0].startswith(time)
