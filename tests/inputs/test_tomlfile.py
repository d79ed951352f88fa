"""Files that cannot be read, and what the user is told."""

from pathlib import Path

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.tomlfile import read_toml


def message(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_toml(path)
    return str(error.value)


def test_a_missing_file_names_its_neighbour(tmp_path):
    (tmp_path / "spindle_void.toml").write_text("")
    (tmp_path / "cell.toml").write_text("")
    assert message(tmp_path / "spindel_void.toml").endswith(
        "no such file; did you mean 'spindle_void.toml'?"
    )
    assert message(tmp_path / "qqq").endswith("no such file; known: cell.toml, spindle_void.toml")


def test_a_missing_file_in_an_empty_or_missing_folder(tmp_path):
    assert message(tmp_path / "a.toml").endswith("no such file; its folder holds no .toml file")
    assert message(tmp_path / "cases" / "a.toml").endswith(
        f"no such file; there is no folder '{tmp_path / 'cases'}' either"
    )


def test_a_folder_names_the_files_in_it(tmp_path):
    (tmp_path / "cell.toml").write_text("")
    assert message(tmp_path).endswith("is a folder; give a file in it; known: cell.toml")


def test_a_file_as_folder_cannot_be_read(tmp_path):
    (tmp_path / "a.toml").write_text("")
    assert "a.toml/b.toml: cannot be read (Not a directory)" in message(
        tmp_path / "a.toml" / "b.toml"
    )


def test_a_forbidden_file_cannot_be_read(tmp_path, monkeypatch):
    def forbidden(path, **_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", forbidden)
    assert "cannot be read (Permission denied); check its permissions" in message(
        tmp_path / "a.toml"
    )


def test_other_encodings_and_syntax_errors_are_located(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b'title = "\xb5m"')
    assert "byte 10 is not UTF-8; save the file as UTF-8 text" in message(path)
    path.write_text("[geometry]\nlength = 60 um\n")
    text = message(path)
    assert "not TOML" in text
    assert "line 2, column 13" in text
    assert '"60 um"' in text
