"""Material files: read with their ranges, or refused with all that is wrong; shipped sets."""

import pytest

from anodex.models.errors import InputError
from anodex.models.materials import MATERIALS, Origin
from anodex.models.materials.material_file import read_material_file
from anodex.models.materials.named_sets import find_set, shipped_sets, values_of
from anodex.models.materials.takers import takers

pytestmark = pytest.mark.serial
MODULUS = """
[nril.young_modulus]
value = "3000 MPa"
range = ["1 GPa", "10 GPa"]
source = "nanoindentation, laboratory book 7"
origin = "measured"
note = "of a dry film"
"""


@pytest.fixture
def written(tmp_path):
    """Function that writes a material file and gives its path."""

    def write(text, name="mine.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_value_is_read_in_the_unit_of_the_data_base(written):
    (material,) = read_material_file(written(MODULUS)).values()
    value = material["young_modulus"]
    assert (value.value, value.low, value.high, value.unit) == (3.0, 1.0, 10.0, "GPa")
    assert (value.origin, value.note) == (Origin.MEASURED, "of a dry film")
    assert value.source == "nanoindentation, laboratory book 7"
    assert list(material) == ["young_modulus"] and material.title == MATERIALS["nril"].title


def test_a_material_stands_in_for_another(written):
    text = '[ether_interphase]\ntitle = "of carbonates"\nlike = "carbonate_interphase"\n'
    own = MODULUS.replace("nril", "ether_interphase")
    (film,) = read_material_file(written(text + own)).values()
    assert film.title == "of carbonates"
    assert film["thickness"] == MATERIALS["carbonate_interphase"]["thickness"]
    assert film["young_modulus"].value == 3.0  # its own values win


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("3000 MPa", "3 um", "key 'nril.young_modulus.value': '3 um' is a length; a stress is"),
        ("3000 MPa", "3", "key 'nril.young_modulus.value': '3' has no unit; a stress is wanted"),
        ("1 GPa", "1 um", "key 'nril.young_modulus.range': '1 um' is a length; a stress"),
        ("1 GPa", "5 GPa", "key 'nril.young_modulus.value': 3.0 GPa lies outside its own range"),
        ('["1 GPa", "10 GPa"]', '"1 GPa"', "'1 GPa' is no range; give the lowest and the highest"),
        ("nanoindentation, laboratory book 7", " ", "young_modulus.source': a property without a"),
        ('source = "nano', '# "nano', "key 'nril.young_modulus.source': missing"),
        ("source =", "sorce =", "key 'nril.young_modulus.sorce': unknown; did you mean 'source'?"),
        ('"measured"', '"guessed"', "'guessed' is none of 'measured', 'found', 'derived'"),
        ("young_modulus", "young_modul", "'nril.young_modul': unknown; did you mean 'young_mod"),
        ("nril", "nrill", "material 'nrill': unknown; did you mean 'nril'?"),
        ("nril.young_modulus", "nril", "key 'nril.value': unknown; known: "),
        ("nril.young_modulus", "lithium.molar_volume", "no key of a case takes this value, which"),
        (MODULUS, "nril = 3", "material 'nril': 3 is no table; write [nril.PROPERTY]"),
        (MODULUS, "[nril]\ntoughness = 3", "key 'nril.toughness': 3 is no table; write [nril.tou"),
        (MODULUS, "[nril]\ntitle = 3", "key 'nril.title': 3 is no text"),
        (MODULUS, '[sodium]\nlike = "lithum"', "'lithum' is no material; did you mean 'lithium'?"),
        (MODULUS, "", "holds no values; write [nril.young_modulus]"),
    ],
)
def test_a_mistake_names_file_material_and_key(written, old, new, message):
    assert old in MODULUS
    path = written(MODULUS.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_material_file(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_all_mistakes_are_told_at_once(written):
    first = written(MODULUS.replace("3000 MPa", "3 um").replace("measured", "guessed"))
    second = written(MODULUS.replace("source", "sorce"), "second.toml")
    with pytest.raises(InputError) as caught:
        values_of([str(first), "cao_2023", str(second)])
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{first}: 2 mistakes" and f"{second}: 2 mistakes" in lines
    assert "'cao_2023' is no set of materials; did you mean 'cao-2023'?" in lines[3]
    assert len(lines) == 7


@pytest.mark.parametrize("name", shipped_sets())
def test_a_shipped_set_holds_values_that_keys_take(name):
    values = values_of([name])
    assert values and values.keys() <= takers().keys()
    assert all(value.given_by == name and len(value.entry.source) > 10 for value in values.values())
    assert find_set(name).read_text(encoding="utf-8").startswith("# ")


def test_a_later_set_wins(written):
    other = written(MODULUS.replace("3000 MPa", "2 GPa"), "other.toml")
    names = [str(written(MODULUS)), str(other)]
    for given, value in ((names, 2.0), (names[::-1], 3.0)):
        found = values_of(given)["nril", "young_modulus"]
        assert (found.entry.value, found.given_by) == (value, given[1])
