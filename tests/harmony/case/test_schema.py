"""The schema itself: documented, complete, as strict as it says."""

import json

import pytest
from pydantic import BaseModel

import dda
from harmony.case.case_data import CaseData
from harmony.case.contact import SCHEMES
from harmony.case.geometry import GeometryData
from harmony.case.joints import JOINT_MODELS
from harmony.geometry.generators import GENERATORS


def definitions() -> dict[str, dict]:
    schema = CaseData.model_json_schema(by_alias=True)
    return schema["$defs"] | {"CaseData": schema}


def test_every_field_says_what_it_means() -> None:
    silent = [
        f"{name}.{key}"
        for name, part in definitions().items()
        for key, field in part.get("properties", {}).items()
        if not field.get("description")
    ]
    assert silent == []


def test_every_section_refuses_unknown_keys() -> None:
    open_ = [name for name, part in definitions().items() if part.get("additionalProperties") is not False]
    assert open_ == []


def test_schema_is_json() -> None:
    assert json.loads(json.dumps(CaseData.model_json_schema(by_alias=True)))["title"] == "CaseData"


def test_every_registered_law_is_in_the_schema() -> None:
    assert set(JOINT_MODELS) == set(dda.joint_laws())
    for law, model in JOINT_MODELS.items():
        parameters = {parameter["name"] for parameter in dda.joint_laws()[law]["parameters"]}
        assert parameters <= set(model.model_fields), law


def test_every_generator_is_in_the_schema() -> None:
    assert set(GENERATORS) <= set(GeometryData.known_keys())


@pytest.mark.parametrize("method", SCHEMES)
def test_scheme_defaults_to_the_first_of_its_contact_method(method: str) -> None:
    data = CaseData.model_validate({"study": "study.py", "contact": {"method": method}})
    assert data.default_scheme() == {"penalty": "shi", "complementarity": "moreau-jean"}[method]


def test_sections_are_immutable() -> None:
    data = CaseData.model_validate({"study": "study.py"})
    assert isinstance(data, BaseModel)
    with pytest.raises(ValueError, match="frozen"):
        data.loads.gravity = (0.0, 0.0)  # type: ignore[misc]
