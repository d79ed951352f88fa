"""scripts/container: inside it steps aside, outside it asks docker the right thing, else it says
what to do.
"""

import fcntl
import os
import pwd
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.serial
ROOT = Path(__file__).parents[2]
CONTAINER = ROOT / "scripts" / "container"


def call(*words, **keywords):
    return subprocess.run(
        [CONTAINER, *words], capture_output=True, text=True, timeout=60, **keywords
    )


class Outside:
    """A machine without DOLFINx, played by small programs that come first on the PATH."""

    def __init__(self, folder: Path):
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.cache = folder / "cache"
        self.log = folder / "calls"
        self.log.touch()
        self.put("python3", "exit 1")
        for name in ("docker", "podman", "buildah", "apt-get"):
            self.put(name, "exit 1")

    def put(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def put_docker(self, info: str = "[name=seccomp]", built: bool = True) -> None:
        """A docker that notes what it is asked to run or build; commands end with 3."""
        image = self.log.with_name("image")
        if built:
            image.touch()
        self.put(
            "docker",
            f"""case "$1 $2" in
              --version*) echo Docker version 1 ;;
              image*) test -e '{image}' ;;
              info*) echo '{info}' ;;
              build*) touch '{image}'; printf '%s\\n' "$@" >>'{self.log}' ;;
              run*) case "$3 $4" in debian*true) ;;
                *) printf '%s\\n' "$@" >>'{self.log}'; exit 3 ;; esac ;;
            esac""",
        )

    def call(self, *words, changes=None, **keywords):
        """Call scripts/container with changes of the environment; None leaves a name out."""
        settings = {
            **os.environ,
            "ANODEX_SUITE": None,
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "XDG_CACHE_HOME": str(self.cache),
            "HOME": str(self.programs.parent),
            **(changes or {}),
        }
        kept = {name: value for name, value in settings.items() if value is not None}
        return call(*words, env=kept, **keywords)

    def arguments(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def outside(tmp_path):
    return Outside(tmp_path)


@pytest.mark.parametrize("code", [0, 3])
def test_inside_the_command_runs_here_and_its_exit_code_comes_back(code, tmp_path):
    done = call("sh", "-c", f"pwd; exit {code}", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, f"{tmp_path}\n", "")


@pytest.mark.skipif("ANODEX_SUITE" not in os.environ, reason="not in anodex's container")
def test_inside_one_suite_the_other_is_refused():
    other = {"trixie": "sid", "sid": "trixie"}[os.environ["ANODEX_SUITE"]]
    done = call("--suite", other, "true")
    assert done.returncode == 4
    assert "leave it" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Usage"),
        (("--suite", "bookworm", "true"), "trixie or sid"),
        (("--suite",), "trixie or sid"),
        (("--sweet",), "--suite"),
    ],
)
def test_wrong_options_say_what_is_allowed(words, said):
    done = call(*words)
    assert done.returncode == 2
    assert said in done.stderr


def test_docker_runs_as_the_caller_with_repository_folder_and_cache_mounted(outside, tmp_path):
    outside.put_docker()
    folder = tmp_path / "a folder"
    folder.mkdir()
    done = outside.call("pytest", "-k", "two words", cwd=folder)
    arguments = outside.arguments()
    assert done.returncode == 3
    assert arguments[-3:] == ["pytest", "-k", "two words"]
    assert arguments[arguments.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"
    assert arguments[arguments.index("--workdir") + 1] == str(folder)
    assert f"type=bind,source={ROOT},target=/anodex" in arguments
    assert f"type=bind,source={outside.cache}/anodex/trixie,target=/var/cache/anodex" in arguments
    assert "type=bind,source=/tmp,target=/tmp" in arguments
    targets = [word.split("target=")[1] for word in arguments if "target=" in word]
    assert len(targets) == len(set(targets))


def test_rootless_docker_maps_the_user_itself(outside):
    outside.put_docker(info="[name=seccomp name=rootless]")
    outside.call("true")
    assert "--user" not in outside.arguments()


def test_suite_chooses_image_and_cache(outside):
    outside.put_docker()
    outside.call("--suite", "sid", "true")
    arguments = outside.arguments()
    assert any(word.startswith("localhost/anodex:sid-") for word in arguments)
    assert f"type=bind,source={outside.cache}/anodex/sid,target=/var/cache/anodex" in arguments


def test_missing_image_is_built_once_with_its_suite(outside):
    outside.put_docker(built=False)
    assert outside.call("--suite", "sid", "pytest").returncode == 3
    first = outside.arguments()
    assert first[0] == "build"
    assert "SUITE=sid" in first
    assert first[-1] == "pytest"
    assert outside.call("--suite", "sid", "pytest").returncode == 3
    assert outside.arguments()[len(first)] == "run"


def test_calls_at_the_same_time_build_once(outside):
    outside.put_docker(built=False)
    with ThreadPoolExecutor(4) as pool:
        assert {done.returncode for done in pool.map(outside.call, ["true"] * 4)} == {3}
    assert outside.arguments().count("build") == 1


def test_what_nobody_needs_of_forms_is_removed_unless_somebody_compiles(outside):
    outside.put_docker()
    forms = outside.cache / "anodex" / "trixie" / "fenics"
    forms.mkdir(parents=True)
    for name in (
        "libffcx_forms_a.c",
        "libffcx_forms_a.c.cached",
        "libffcx_forms_a.o",
        "libffcx_forms_b.c",
        "libffcx_forms_b.o",
    ):
        (forms / name).touch()
    with (forms.parent / "in-use").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        outside.call("true")
        assert len(list(forms.iterdir())) == 5
    outside.call("true")
    assert sorted(path.name for path in forms.iterdir()) == [
        "libffcx_forms_a.c",
        "libffcx_forms_a.c.cached",
    ]


def test_without_any_engine_the_message_says_what_to_do(outside):
    done = outside.call("true")
    assert done.returncode == 4
    assert "docs/how-to/install.md" in done.stderr
    assert "docker" in done.stderr


def test_unwritable_cache_is_named(outside):
    outside.cache.write_text("a file")
    done = outside.call("true")
    assert done.returncode == 4
    assert "XDG_CACHE_HOME" in done.stderr


def test_without_home_the_cache_lies_in_the_users_own_folder(outside):
    outside.put("mkdir", "exit 1")
    done = outside.call("true", changes={"HOME": None, "XDG_CACHE_HOME": None})
    assert done.returncode == 4
    assert f"{pwd.getpwuid(os.getuid()).pw_dir}/.cache/anodex" in done.stderr


def test_cache_must_have_a_full_path(outside, tmp_path):
    done = outside.call("true", changes={"XDG_CACHE_HOME": "cache"}, cwd=tmp_path)
    assert done.returncode == 4
    assert "full path" in done.stderr
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("before", [None, 0o755])
def test_cache_is_private(outside, before):
    outside.put_docker()
    folders = [outside.cache / "anodex", outside.cache / "anodex" / "trixie"]
    if before is not None:
        folders[1].mkdir(parents=True)
        for folder in folders:
            folder.chmod(before)
    assert outside.call("true").returncode == 3
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]


@pytest.mark.parametrize("name", ["anodex", "anodex/trixie"])
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775])
def test_cache_that_others_may_write_to_is_refused(outside, name, mode):
    outside.put_docker()
    (outside.cache / "anodex" / "trixie").mkdir(parents=True, mode=0o700)
    (outside.cache / name).chmod(mode)
    done = outside.call("true")
    assert done.returncode == 4
    assert f"others may write to the cache folder {outside.cache / name}" in done.stderr
    assert outside.arguments() == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_cache_of_another_user_is_refused(outside):
    outside.put_docker()
    folder = outside.cache / "anodex"
    folder.mkdir(parents=True)
    os.chown(folder, 12345, 12345)
    done = outside.call("true")
    assert done.returncode == 4
    assert "another user" in done.stderr
    assert outside.arguments() == []


def test_base_can_be_given_by_digest(outside):
    outside.put_docker(built=False)
    digest = "debian@sha256:0123"
    outside.call("true")
    outside.log.with_name("image").unlink()
    outside.call("true", changes={"ANODEX_BASE": digest})
    arguments = outside.arguments()
    bases = [word for word in arguments if word.startswith("BASE=")]
    assert bases == ["BASE=debian:trixie-slim", f"BASE={digest}"]
    images = {word for word in arguments if word.startswith("localhost/anodex:")}
    assert len(images) == 2  # another base is another image


def test_only_sid_may_have_expired_package_lists(tmp_path):
    words = re.search(r"apt-get (-o .*) update", (ROOT / "Dockerfile").read_text())[1]
    for suite, valid in (("trixie", "true"), ("sid", "false")):
        done = subprocess.run(
            ["sh", "-c", f"echo {words}"], env={"SUITE": suite}, capture_output=True, text=True
        )
        assert done.stdout == f"-o Acquire::Check-Valid-Until={valid}\n"


@pytest.mark.parametrize("name", ["Dockerfile", "environment.yml", "scripts/container"])
def test_pages_that_are_named_exist(name):
    pages = re.findall(r"docs/[\w./-]+\.md", (ROOT / name).read_text())
    assert pages
    assert [page for page in pages if not (ROOT / page).exists()] == []
