"""The addresses of the log: its pages, its public files, and what the machine says of itself."""

from __future__ import annotations

from deliberation.audit import log_files, log_pages, machine
from deliberation.web import get

routes = [
    get("/log", log_pages.log_page),
    get("/verify", log_pages.verify_page),
    get("/log/{community}/entries/{index}", log_pages.entry_page),
    get("/log/{community}/checkpoint", log_files.checkpoint),
    get("/log/{community}/vkey", log_files.vkey),
    get("/log/{community}/tile/{path:path}", log_files.tile),
    get("/healthz", machine.health),
    get("/metrics", machine.metrics),
]
