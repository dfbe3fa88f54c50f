"""The sample projects of `runner init`."""

import io
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from PIL import Image

from runner.core.errors import UsageError
from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.samples.photos import SAMPLE_PHOTOS, read_photo
from runner.samples.project import SAMPLES, Sample, find_sample, project_files, recipe_text
from runner.source.load import read_source
from runner.source.source import Source

_each_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def test_the_first_template_is_eyes() -> None:
    assert list(SAMPLES) == ["eyes", "inpaint", "batch"]


@_each_sample
def test_a_sample_recipe_reads_without_a_diagnostic(sample: Sample) -> None:
    source = read_source(recipe_text(sample), sample.recipe_path)
    assert isinstance(source, Source)
    assert isinstance(parse_recipe(source), ParsedRecipe)


@_each_sample
def test_a_sample_recipe_fits_the_schema_that_comes_with_it(sample: Sample) -> None:
    files = project_files(sample)
    jsonschema.validate(yaml.safe_load(files[sample.recipe_path]), json.loads(files["schemas/recipe.schema.json"]))


@_each_sample
def test_a_recipe_points_editors_to_the_schema_in_its_project(sample: Sample) -> None:
    place = recipe_text(sample).splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (Path("/recipes") / place).resolve().as_posix().removeprefix("/") in project_files(sample)


@_each_sample
def test_every_picture_of_a_project_can_be_opened(sample: Sample) -> None:
    pictures = [content for path, content in project_files(sample).items() if path.endswith((".png", ".jpg"))]
    assert all(Image.open(io.BytesIO(content)).size[0] >= 300 for content in pictures)


@_each_sample
def test_every_photo_of_a_project_is_credited(sample: Sample) -> None:
    files = project_files(sample)
    credited = files["photos/CREDITS.md"].decode()
    assert [path for path in files if path.endswith((".png", ".jpg")) and f"| `{path}` |" not in credited] == []


def test_templates_agree_on_the_files_they_share() -> None:
    contents: dict[str, set[bytes]] = {}
    for sample in SAMPLES.values():
        for path, content in project_files(sample).items():
            contents.setdefault(path, set()).add(content)
    assert [path for path, versions in contents.items() if len(versions) > 1] == []


def test_no_photo_is_carried_that_no_template_uses() -> None:
    assert {photo for sample in SAMPLES.values() for photo in sample.photos} == set(SAMPLE_PHOTOS)


def test_an_unknown_template_names_the_ones_there_are() -> None:
    with pytest.raises(UsageError, match="no template 'eye'") as refused:
        find_sample("eye")
    assert refused.value.hint == "one of eyes, inpaint, batch"


def test_without_scikit_image_the_hint_says_what_to_install() -> None:
    with pytest.raises(UsageError) as refused:
        read_photo(SAMPLE_PHOTOS[0], package="a_package_that_is_not_there")
    assert (refused.value.code, refused.value.hint) == ("no-sample-photos", 'pip install "edit-runner[local]"')
