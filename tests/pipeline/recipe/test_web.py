import pytest
from pydantic import ValidationError

from pipeline.recipe.web import OBEYED, Web
from pipeline.web.opt_out import OBEYABLE


def test_signals_to_obey_are_read_in_any_case_and_all_are_known() -> None:
    web = Web.model_validate({"obey": ["NoAI", "train-ai=n", "ai.txt:disallow", "nofollow"]})
    assert web.obey == ("noai", "train-ai=n", "ai.txt:disallow", "nofollow")
    assert set(OBEYED) <= OBEYABLE


def test_a_signal_or_a_nameserver_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="no opt-out signal"):
        Web.model_validate({"obey": ["noia"]})
    with pytest.raises(ValidationError, match="nameservers"):
        Web.model_validate({"nameservers": ["dns.example"]})
