import pytest

from schemas.errors import UserError
from training import extra


def test_an_installed_extra_passes():
    extra.require_extra()


def test_a_missing_module_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(extra, "MODULES", ("torch", "no_such_module_here"))
    with pytest.raises(UserError, match=r"pip install 'webimagetext\[training\]'"):
        extra.require_extra()
