"""Files that cannot be read, and what the user is told."""

import os
import time
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

    (tmp_path / "a.toml").write_text("")
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


HOSTILE = {
    "brackets": ("a = " + "[" * 5000 + "]" * 5000, "nests deeper than 32 levels"),
    "braces": ("a = " + "{b = " * 5000 + "1" + "}" * 5000, "nests deeper than 32 levels"),
    "dots": (".".join(["a"] * 5000) + " = 1", "nests deeper than 32 levels"),
    "quoted dots": (".".join(['"a"'] * 5000) + " = 1", "nests deeper than 32 levels"),
    "digits": ("a = " + "1" * 5000, "a number or key of 5000 characters"),
    "hexadecimal digits": ("a = 0x" + "f" * 5000, "a number or key of 5002 characters"),
    "exponent": ("a = 1e" + "9" * 5000, "characters"),
    "key": ("a" * 5000 + " = 1", "a number or key of 5000 characters"),
    "text": (f'a = "{"x" * 5000}"', "a text of 5002 characters; allowed are 4096"),
    "escapes": ('a = "' + '\\"' * 500_000, "a text of 1000001 characters"),
    "large file": ("a = 1\n" * 200_000, "bytes; a case or a sweep has 1048576 at most"),
    "nothing": ("\0" * 5000, "not TOML"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE)
def test_what_would_keep_the_parser_busy_is_refused_at_once(tmp_path, text, words):
    path = tmp_path / "a.toml"
    path.write_text(text)
    start = time.process_time()
    found = message(path)
    assert time.process_time() - start < 1.0
    assert words in found and len(found) < 1000


def test_brackets_and_digits_in_texts_and_remarks_are_free(tmp_path):
    path = tmp_path / "a.toml"
    text = "[" * 100 + "." * 100 + "1" * 500
    path.write_text(f'# {text * 10}\na = "{text}"\nb = \'{text}\'\nc = """\n{text}\n"""\n')
    assert read_toml(path) == {"a": text, "b": text, "c": text + "\n"}


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path, stopped_after):
    os.mkfifo(tmp_path / "a.toml")
    with stopped_after(10):
        assert message(tmp_path / "a.toml").endswith("is a pipe or a device; give a file")
        assert message(Path("/dev/zero")).endswith("is a pipe or a device; give a file")


def test_a_path_with_a_nul_is_none():
    assert "holds a NUL" in message(Path("a\0b"))
