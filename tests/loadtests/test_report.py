"""A figure counts only when the machine was ours while it was measured."""

from __future__ import annotations

from loadtests.machine import Use
from loadtests.report import Figures, Round, Target
from loadtests.runs import Run


def measured(rate: float, strangers: float) -> Round:
    """One second at `rate`, with so many CPU seconds taken by strangers."""
    return Round(Run(counted=int(rate), window_s=1.0), Use(1.0, 0.5, 0.5, 0.1, strangers))


def test_disturbed_rounds_do_not_count_when_there_are_others() -> None:
    figures = Figures([measured(10, 5.0), measured(100, 0.0), measured(120, 0.0), measured(20, 5.0)])
    assert (figures.rate, figures.is_sure) == (110, True)


def test_a_figure_from_disturbed_rounds_alone_is_not_sure() -> None:
    assert not Figures([measured(10, 5.0)]).is_sure


def test_a_target_reached_on_a_disturbed_machine_is_not_met() -> None:
    assert Target("ratio", 2.0, 1.0, is_least=True).is_met
    assert not Target("ratio", 2.0, 1.0, is_least=True, is_sure=False).is_met


def test_a_bound_may_be_least_or_most() -> None:
    assert Target("p99", 149.0, 150.0, is_least=False).is_met
    assert not Target("p99", 150.0, 150.0, is_least=False).is_met
    assert not Target("ratio", 0.49, 0.5, is_least=True).is_met
