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
    schema = model.model_json_schema(schema_generator=_CaseSchema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": title}
