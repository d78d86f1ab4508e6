"""The wheel holds extension modules that are there already: for every Python from 3.9 on."""

from setuptools import Distribution, setup

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # before setuptools 70
    from wheel.bdist_wheel import bdist_wheel


class Stable(bdist_wheel):
    """By the stable ABI."""

    def get_tag(self):
        return "cp39", "abi3", super().get_tag()[2]


class Native(Distribution):
    """Not the same on every machine."""

    def has_ext_modules(self):
        return True


setup(cmdclass={"bdist_wheel": Stable}, distclass=Native)
