"""The step beyond pyproject.toml: a built package carries conf/ and train.py of the clone's top."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TOP = Path(__file__).parent


class BuildWithConf(build_py):
    """Copies conf/ and train.py into the package; an editable installation finds them in the clone."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib) / "rnnlab"
        shutil.rmtree(package / "conf", ignore_errors=True)  # of an earlier build
        shutil.copytree(TOP / "conf", package / "conf")
        shutil.copy2(TOP / "train.py", package / "train.py")


setup(cmdclass={"build_py": BuildWithConf})
