"""Tables that come in kinds, of which a word chooses one: a key that does nothing cannot be
written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, get_args

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from anodex.models.inputs.quantities import shown
from anodex.models.inputs.tables import Table, is_default


@dataclass(frozen=True)
class Choice:
    """Marks a union of tables of which a case has one, as in
    `Kinetics = Annotated[Galvanostatic | ButlerVolmer, Choice("law")]`.

    Without the word, the table is of the first kind. A key of another kind is refused, unless it
    has its default value there: files that give every key, as cases written out once did, say
    nothing by it.

    Attributes
    ----------
    by
        Key whose word chooses; each kind has it as a `Literal` of its words, the first of them its
        default; true and false are words too.
    """

    by: str

    def words(self, kind: type[Table]) -> tuple[str | bool, ...]:
        """The words that choose a kind."""
        return get_args(kind.model_fields[self.by].annotation)

    def chosen(self, kinds: Sequence[type[Table]], given: dict) -> type[Table] | None:
        """The kind that a table of a file is of; None where its word is none of them."""
        word = given.get(self.by, self.words(kinds[0])[0])
        # by text, as the words may be true and false, which are 1 and 0 otherwise
        return next((kind for kind in kinds if shown(word) in map(shown, self.words(kind))), None)

    def settled(self, kinds: Sequence[type[Table]], given: Any) -> Any:
        """What a file gives for the table, with the word and without keys of other kinds.

        Raises
        ------
        PydanticCustomError
            "unknown_kind" or "idle_key", which `anodex.models.inputs.mistakes` puts in words.
        """
        if not isinstance(given, dict):
            return given
        word = given.get(self.by, self.words(kinds[0])[0])
        chosen = self.chosen(kinds, given)
        if chosen is None:
            words = [shown(word) for kind in kinds for word in self.words(kind)]
            raise PydanticCustomError(
                "unknown_kind",
                "'{by}' is none of {words}",
                {"by": self.by, "words": words, "given": word},
            )
        others = {
            key: [kind for kind in kinds if key in kind.model_fields]
            for key in given
            if key not in chosen.model_fields
        }
        for key, owners in others.items():
            if owners and not any(is_default(kind, key, given[key]) for kind in owners):
                raise PydanticCustomError(
                    "idle_key",
                    "'{key}' does nothing while '{by}' is {word}",
                    {"key": key, "by": self.by, "word": shown(word)},
                )
        idle = {key for key, owners in others.items() if owners}
        return {self.by: word} | {key: given[key] for key in given if key not in idle}

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """How pydantic reads the table."""
        kinds = handler.generate_schema(Annotated[source, Field(discriminator=self.by)])
        return core_schema.no_info_before_validator_function(
            partial(self.settled, get_args(source)), kinds
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """One of the kinds; all but the first must say which."""
        first, *others = handler(schema)["oneOf"]
        return {"anyOf": [first, *({**kind, "required": [self.by]} for kind in others)]}
