"""What pyproject.toml cannot say: the extension module, from the Makefile's list of sources, and the man pages.

One binary serves every CPython from 3.9 on (include/prun/python.h).  make and configure take no part.
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py


def sources():
    """sources.mk, as {name: [file or word]}."""
    with open("sources.mk", encoding="utf-8") as f:
        lines = re.findall(r"^(\w+) = (.*)$", f.read(), re.MULTILINE)
    return {name: [word for item in value.split() for word in sorted(glob.glob(item)) or [item]] for name, value in lines}


def version():
    """The one of configure.ac."""
    with open("configure.ac", encoding="utf-8") as f:
        return re.search(r"AC_INIT\(\[prun\], \[(.+?)\]\)", f.read()).group(1)


def pkg_config(option, library):
    """Words.  Ends with a sentence if that library is not there."""
    try:
        said = subprocess.run(["pkg-config", option, library], stdout=subprocess.PIPE, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"prun: missing: {library}, or pkg-config to find it (Debian: pkg-config libbsd-dev libjansson-dev)")
    return shlex.split(said.stdout)


def refuse():
    if sys.implementation.name != "cpython":
        sys.exit(f"prun: {sys.executable} is {sys.implementation.name}; prun needs CPython")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        sys.exit(f"prun: {sys.executable} is a free-threaded Python; prun needs CPython with the GIL")
    if not sys.platform.startswith("linux"):
        sys.exit(f"prun: this is {sys.platform}; prun runs on Linux")


class BuildPy(build_py):
    """Begins with an empty folder: what an earlier build left there would get into the wheel."""

    def run(self):
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


class BuildExt(build_ext):
    """Looks for libraries only when there is something to build, which is not so for a source distribution."""

    def build_extension(self, ext):
        for library in named["c_libraries"]:
            ext.extra_compile_args += pkg_config("--cflags", library)
            ext.extra_link_args += pkg_config("--libs", library)
        os.makedirs(self.build_temp, exist_ok=True)
        with open(os.path.join(self.build_temp, "config.h"), "w", encoding="utf-8") as f:
            f.write(f'#define PRUN_VERSION "{version()}"\n')
            f.write(f'#define PRUN_LIBBSD_VERSION "{pkg_config("--modversion", "libbsd")[0]}"\n')
        ext.include_dirs.insert(0, self.build_temp)
        super().build_extension(ext)


if not {"sdist", "egg_info"}.intersection(sys.argv):  # those any Python may do
    refuse()
named = sources()
extension = Extension(
    "_prun",
    sources=[file for file in named["c_src"] if file not in named["program_src"]],
    depends=named["c_headers"],
    include_dirs=["include"],
    extra_compile_args=[*named["c_language"]],
    py_limited_api=True,
)

setup(
    version=version(),
    license="MIT",
    ext_modules=[extension],
    cmdclass={"build_ext": BuildExt, "build_py": BuildPy},
    data_files=[(f"share/man/man{n}", sorted(glob.glob(f"man/*.{n}"))) for n in (1, 5, 7)],
    # Beside what make builds.
    options={"build": {"build_base": "build/wheel"}, "bdist_wheel": {"py_limited_api": "cp39"}},
    zip_safe=False,
)
