"""Models: the versions, their reports, which of them answers, and a training run followed."""

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from actions.champion import note_champion
from actions.training_runs import Trainer
from actions.wording import someone_asked
from data.store.runs import Run, Runs
from data.store.statements import Statements
from foundation.storage_errors import why
from inference.loading import VersionBroken
from inference.service import RecognitionService
from models.registry import Registry, RegistryError
from web.caller import admin
from web.pages import wording
from web.templating import PRIVATE, Pages

REPORT_POLICY: Final = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'"
)
"""A report is one file with its styles and pictures inside. It runs nothing and fetches nothing."""


class ModelPages:
    def __init__(
        self,
        pages: Pages,
        registry: Registry,
        service: RecognitionService,
        statements: Statements,
        runs: Runs,
        trainer: Trainer,
    ) -> None:
        self._pages = pages
        self._registry = registry
        self._service = service
        self._statements = statements
        self._runs = runs
        self._trainer = trainer

    def routes(self) -> list[Route]:
        return [
            Route("/models", self._list),
            Route("/models/run", self._run),
            Route("/models/retrain", self._retrain, methods=["POST"]),
            Route("/models/cancel", self._cancel, methods=["POST"]),
            Route("/models/{version}", self._version),
            Route("/models/{version}/report", self._report),
            Route("/models/{version}/promote", self._promote, methods=["POST"]),
        ]

    async def _list(self, request: Request, told: str | None = None, status: int = 200) -> Response:
        admin(request)
        run = await self._latest()
        champion = self._registry.current()
        versions = []
        for version, card in reversed(self._registry.cards().items()):
            low, high = card.metrics.named_correctly_ci95
            versions.append(
                {
                    "version": version,
                    "at": card.created.astimezone(),
                    "accuracy": wording.accuracy(card.metrics.named_correctly, low, high),
                    "share": round(100 * card.metrics.named_correctly),
                    "photos": card.metrics.photos,
                    "cousins": len(card.cousins),
                    "corrections": len(card.corrections),
                    "has_report": (self._registry.folder / version / "report.html").is_file(),
                }
            )
        return self._pages.page(
            request,
            "models.html",
            status,
            versions=versions,
            champion=champion,
            previous=self._registry.previous() if champion else None,
            run=_shown(run) if run else None,
            told=told,
        )

    async def _version(self, request: Request) -> Response:
        admin(request)
        version = str(request.path_params["version"])
        self._file(version)
        return self._pages.page(
            request, "report.html", version=version, is_champion=version == self._registry.current()
        )

    async def _report(self, request: Request) -> Response:
        admin(request)
        file = self._file(str(request.path_params["version"]))
        headers = {**PRIVATE, "Content-Security-Policy": REPORT_POLICY, "X-Frame-Options": "SAMEORIGIN"}
        return FileResponse(file, 200, headers, "text/html; charset=utf-8")

    async def _promote(self, request: Request) -> Response:
        admin(request)
        version = str(request.path_params["version"])
        try:
            await self._service.promote(version)
        except VersionBroken as error:
            return await self._list(request, str(error), 409)
        await note_champion(self._registry, self._statements)
        return await self._list(request, wording.answers_now(version))

    async def _retrain(self, request: Request) -> Response:
        caller = admin(request)
        try:
            run = await self._trainer.start(someone_asked(caller.name))
        except OSError as error:
            return await self._list(request, wording.training_not_started(why(error)), 503)
        if run is None:
            command = self._trainer.kept_away_by()
            return await self._list(request, wording.kept_away(command) if command else wording.under_way(), 409)
        return RedirectResponse("/models", 303, PRIVATE)

    async def _cancel(self, request: Request) -> Response:
        caller = admin(request)
        for run in await self._runs.under_way():
            await self._runs.cancel(run.id, caller.person or 0)
        await self._trainer.stop_cancelled()
        return RedirectResponse("/models", 303, PRIVATE)

    async def _run(self, request: Request) -> Response:
        admin(request)
        await self._trainer.stop_cancelled()
        run = await self._latest()
        return JSONResponse(_shown(run) if run else None, 200, PRIVATE)

    async def _latest(self) -> Run | None:
        """The newest run; the end of one whose process is gone is noted first."""
        await self._trainer.clear_up()
        return await self._runs.latest()

    def _file(self, version: str) -> Path:
        try:
            file = self._registry.path(version) / "report.html"
        except RegistryError:
            raise HTTPException(404) from None
        if not file.is_file():
            raise HTTPException(404)
        return file


def _shown(run: Run) -> dict[str, object]:
    """What the page's script shows of it."""
    return {
        "id": run.id,
        "goes_on": run.outcome is None,
        "stopping": run.cancelled_by is not None,
        "why": run.why or "",
        "text": wording.progress(run) if run.outcome is None else wording.ending(run),
        "done": min(run.done or 0, run.total) if run.total else None,
        "total": run.total,
    }
