"""What an edit changed, in words."""

from runner.images.change import Change
from runner.report.views import ChangeView
from runner.report.wording import share_text


def change_view(change: Change | None) -> ChangeView | None:
    """Put a change into words; None where it was not measured."""
    if change is None:
        return None
    return ChangeView(
        share=_share(change.share),
        inside=_share(change.inside),
        outside=_share(change.outside),
        mean=f"{change.mean:.1f}",
        max=f"{change.max:.1f}",
        measured=f"{change.columns} × {change.rows} px",
    )


def _share(share: float | None) -> str:
    """Write a share; one that is small but there is not written as nothing."""
    if share is None:
        return ""
    return "< 0.1 %" if 0 < share < 0.0005 else share_text(share)
