"""Check recipes without decoding a picture."""

from contextlib import closing
from pathlib import Path

from runner.app.downloads import Downloads
from runner.app.files import FileFinder
from runner.app.gather import gather_inputs
from runner.app.lock_file import lock_path, read_lock_file
from runner.app.project import Problems, open_project
from runner.app.read import read_recipe
from runner.core.diagnostic import Diagnostic
from runner.plan.check import Providers
from runner.plan.draft import wanted_files
from runner.plan.expand import expand
from runner.plan.resolve import resolve
from runner.store.files import FileDigests
from runner.store.place import open_state_for_planning


def check_recipe(path: Path) -> list[Diagnostic]:
    """Check a recipe as far as headers of pictures go: masks are evaluated by ``plan``, not here.

    Returns:
        Every problem, in file order; none where the recipe can be planned.

    Raises:
        UsageError: the recipe cannot be read.
        StoreError: the state is damaged.
    """
    project = open_project(path)
    if isinstance(project, Problems):
        return list(project.diagnostics)
    providers = Providers(None, project.settings.provider, project.settings.provider_names)
    recipe = read_recipe(path, project, providers)
    if isinstance(recipe, Problems):
        return list(recipe.diagnostics)
    lock = read_lock_file(lock_path(path))
    if isinstance(lock, Problems):
        return list(lock.diagnostics)
    with closing(open_state_for_planning(project.root)) as state:
        files = FileFinder(project.root, path.parent, FileDigests(state))
        pinned = lock.urls if lock is not None else {}
        downloads = Downloads(project.root, pinned, lock_path(path).name, files)
        inputs = gather_inputs(recipe, files, downloads)
        if isinstance(inputs, list):
            return inputs
        expansion = expand(recipe, project.catalog, providers, inputs)
        wanted = {file: files.wanted(file) for file in wanted_files(expansion.cells)}
        resolution = resolve(recipe, expansion.cells, wanted)
        files.remember()
    return [*expansion.diagnostics, *resolution.diagnostics]
