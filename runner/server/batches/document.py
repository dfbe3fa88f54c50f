"""A batch, and its items, as answers show them."""

import sqlite3
from collections.abc import Sequence

from runner.core.digest import Json
from runner.server.batches.progress import batch_output
from runner.server.batches.row import BatchRow
from runner.server.billing.micro import decimal_text
from runner.server.runs.document import output_document, run_document
from runner.server.runs.links import Links
from runner.server.runs.row import OutputRow, RunRow


def batch_document(
    connection: sqlite3.Connection, batch: BatchRow, runs: Sequence[RunRow], links: Links, base_url: str
) -> dict[str, Json]:
    """Write a batch with every field of the contract.

    ``runs`` are its items, in order; ``base_url`` is this server's address as the reader knows it.
    """
    return {
        "id": batch.id,
        "org_id": batch.org_id,
        "target_type": "model",
        "target_type_code": "model",
        "target_id": batch.model_id,
        "source_code": "api",
        "status_code": batch.status_code,
        "items_total": batch.items_total,
        "items_succeeded": batch.items_succeeded,
        "items_failed": batch.items_failed,
        "items_cancelled": batch.items_canceled,
        "items": [_brief(run) for run in runs],
        "input": [run.input for run in runs],
        "output": batch_output(connection, batch, runs, links, base_url) if batch.completed_at else None,
        "cost": None if batch.completed_at is None else decimal_text(batch.cost_micro),
        "metadata": batch.metadata,
        "callback_url": batch.callback_url,
        "resolved_template_id": None,
        "dispatch_provider_link_id": None,
        "created_by": None,
        "created_at": batch.created_at,
        "started_at": batch.started_at,
        "completed_at": batch.completed_at,
        "duration_ms": batch.duration_ms,
        **_failure(batch),
        "links": {"self": f"/v1/batches/{batch.id}", "items": f"/v1/batches/{batch.id}/items"},
    }


def item_document(run: RunRow, outputs: Sequence[OutputRow], links: Links, base_url: str) -> dict[str, Json]:
    """Write an item of a batch, with its run."""
    error: Json = None
    if run.failure_code is not None:
        error = {"code": run.failure_code, "message": run.failure_message}
    return {
        **_brief(run),
        "batch_id": run.batch_id,
        "input": run.input,
        "cost": None if run.cost_micro is None else decimal_text(run.cost_micro),
        "output": output_document(run, outputs, links, base_url),
        "error": error,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "run": run_document(run, outputs, links, base_url),
    }


def _brief(run: RunRow) -> dict[str, Json]:
    return {
        "id": run.batch_item_id,
        "sequence_index": run.sequence_index,
        "run_id": run.id,
        "status_code": run.status_code,
        "client_ref": run.client_ref,
    }


def _failure(batch: BatchRow) -> dict[str, Json]:
    if batch.status_code != "failed":
        return {"failure_code": None, "failure_message": None, "failure_stage_code": None}
    return {
        "failure_code": "ALL_ITEMS_FAILED",
        "failure_message": f"none of {batch.items_total} items succeeded",
        "failure_stage_code": None,
    }
