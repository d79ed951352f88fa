"""JSON schema of a case: for editors, and for programs that write cases."""

import tomllib
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from anodex.models.inputs.casefile import write_case
from anodex.models.inputs.tables import Table


class _CaseSchema(GenerateJsonSchema):
    """Defaults as a case file would write them."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Table):
            return tomllib.loads(write_case(dft))
        if isinstance(dft, tuple):
            return [self.encode_default(entry) for entry in dft]
        return super().encode_default(str(dft) if isinstance(dft, str) else dft)


def case_schema(model: type[Table], title: str) -> dict[str, Any]:
    """JSON schema (draft 2020-12) of the cases of a model.

    A number with a unit is a text there; its internal unit stands under `unit`, its bounds in that
    unit where JSON Schema has those of a number.
    """
    schema = _whole(model.model_json_schema(schema_generator=_CaseSchema))
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": title}


def _whole(part: Any) -> Any:
    """The same with whole numbers as such: whether a bound reads 1 or 1.0 would depend on which
    system was imported first, as `typing` takes types that differ in that alone for one.
    """
    if isinstance(part, dict):
        return {key: _whole(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_whole(value) for value in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part
