from collections.abc import Iterator

import apache_beam as beam
import pytest
from apache_beam.coders import VarIntCoder
from apache_beam.transforms import userstate
from apache_beam.transforms.userstate import CombiningValueStateSpec

from pipeline.stages import dofn_specs
from pipeline.stages.dofn_specs import remember_dofn_specs, specs_of

SEEN = CombiningValueStateSpec("seen", VarIntCoder(), sum)


class Plain(beam.DoFn):
    def process(self, element: int) -> Iterator[int]:
        yield element


class Stateful(beam.DoFn):
    def process(self, element: int, seen: object = beam.DoFn.StateParam(SEEN)) -> Iterator[int]:
        yield element


class Filter:
    def call(self, element: int, seen: object = beam.DoFn.StateParam(SEEN)) -> bool:
        return bool(element and seen)


@pytest.mark.parametrize(
    "dofn", [Plain(), Stateful(), beam.Map(abs).fn, beam.Map(Filter().call).fn]
)
def test_what_is_remembered_is_what_beam_finds(dofn: beam.DoFn) -> None:
    found = dofn_specs._ask_beam(dofn)
    assert specs_of(dofn) == found
    assert specs_of(dofn) == found


def test_beam_asks_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(userstate, "get_dofn_specs", dofn_specs._ask_beam)
    remember_dofn_specs()
    assert userstate.get_dofn_specs is specs_of
    assert userstate.is_stateful_dofn(Stateful())
    assert not userstate.is_stateful_dofn(Plain())
