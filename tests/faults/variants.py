"""The providers that campaigns are held against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What a provider does with keys and references.

    Attributes:
        honors_keys: Whether it makes one run of all requests with one ``Idempotency-Key``; ``runner.toml`` says so too.
        filters: Whether its list of runs can be filtered.
        shows_references: Whether its list of runs shows their ``client_ref``.
    """

    name: str
    words: str
    honors_keys: bool = False
    filters: bool = True
    shows_references: bool = True


VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant(name="honors", words="honors `Idempotency-Key`", honors_keys=True),
        Variant(name="ignores-key", words="ignores the key, lists runs by reference"),
        Variant(name="no-filter", words="ignores the key, its list has no filter", filters=False),
        Variant(
            name="no-references",
            words="ignores the key, its list shows no references",
            filters=False,
            shows_references=False,
        ),
    )
}
