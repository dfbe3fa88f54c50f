"""A run as answers show it."""

from collections.abc import Sequence

from runner.core.digest import Json
from runner.server.billing.micro import decimal_text
from runner.server.runs.links import Links
from runner.server.runs.row import OutputRow, RunRow


def run_document(run: RunRow, outputs: Sequence[OutputRow], links: Links, base_url: str) -> dict[str, Json]:
    """Write a run with every field of the contract; links to its outputs are signed anew.

    ``base_url`` is this server's address as the reader knows it.
    """
    return {
        **_identity(run),
        **_origin(run),
        "input": run.input,
        "output": output_document(run, outputs, links, base_url),
        "metadata": run.metadata,
        **_cost(run),
        **_times(run),
        **_failure(run),
        "has_logs": True,
        "has_node_runs": False,
        "links": _links(run),
        "feedback_is_positive": None,
        "feedback_reason": None,
        "source_chat_message_id": None,
        "current_evaluation_summary": None,
    }


def output_document(run: RunRow, outputs: Sequence[OutputRow], links: Links, base_url: str) -> dict[str, Json] | None:
    """Write what a succeeded run gave; None for any other."""
    if run.status_code != "succeeded":
        return None
    files: list[Json] = [{"url": links.url(base_url, output), "type": "image"} for output in outputs]
    return {"outputs": files, "seed": None, "timing": None, "nsfw_detected": None}


def _identity(run: RunRow) -> dict[str, Json]:
    return {
        "id": run.id,
        "org_id": run.org_id,
        "status_code": run.status_code,
        "model": run.model,
        "model_id": run.model_id,
        "target_type": "model",
        "target_version": run.revision,
        "batch_id": run.batch_id,
        "client_ref": run.client_ref,
        "request_id": run.request_id,
        "callback_url": run.callback_url,
    }


def _origin(run: RunRow) -> dict[str, Json]:
    """Write what every run of this server has alike: the engines are here, and nothing but models can be run."""
    return {
        "source_code": "batch" if run.batch_id is not None else "api",
        "flow_id": None,
        "flow_version_id": None,
        "comfyui_workflow_id": None,
        "resolved_template_id": None,
        "jurisdiction_code": None,
        "context": None,
        "created_by": None,
        "nodes_total": None,
        "nodes_completed": None,
    }


def _cost(run: RunRow) -> dict[str, Json]:
    return {
        "cost": None if run.cost_micro is None else decimal_text(run.cost_micro),
        "cost_breakdown": None,
    }


def _times(run: RunRow) -> dict[str, Json]:
    return {
        "created_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "duration_ms": run.duration_ms,
    }


def _failure(run: RunRow) -> dict[str, Json]:
    error: Json = None
    if run.failure_code is not None:
        error = {"code": run.failure_code, "message": run.failure_message}
    return {
        "failure_code": run.failure_code,
        "failure_message": run.failure_message,
        "failure_stage_code": run.failure_stage_code,
        "error": error,
    }


def _links(run: RunRow) -> dict[str, Json]:
    place = f"/v1/runs/{run.id}"
    return {"self": place, "logs": f"{place}/logs", "callback": f"{place}/callback"}
