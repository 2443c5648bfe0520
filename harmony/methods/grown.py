"""The model of a case after its cracks have grown."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nmm
    from harmony.case import Case

__all__ = ["grown"]


def grown(case: "Case", model: "nmm.Model", options: dict[str, Any]) -> "nmm.Model":
    """The model with the grown cracks; where they cut a piece loose, the last one that holds together."""
    import nmm

    growth = case.data.growth
    assert growth is not None, "the caller looks"
    if not case.data.cracks:
        raise case.source.error(("growth",), "needs cracks: there is none to grow")
    if case.data.stages:
        raise case.source.error(("growth",), "is not available with stages: leave them out")
    with case.source.at(("growth",)):
        found = nmm.grow(
            model,
            growth.toughness,
            growth.increment,
            growth.steps,
            control=growth.control,
            order=options["order"],
            solver=options["solver"],
            threads=options["threads"],
        )
    return found.whole
