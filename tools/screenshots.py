"""Takes the pictures in docs/images: starts each demo city on a free port, waits for it, and photographs its pages.

Names of cities as arguments take only theirs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dashboard.run.redis import free_port  # noqa: E402
from tests.support.running import CHROMIUM_FLAGS, find_chromium  # noqa: E402

IMAGES = ROOT / "docs" / "images"
CITIES = ("yichang", "lake")
SHOTS = (
    ("wall-zh", 1920, 1080, "/?lang=zh-CN", ""),
    ("wall-en", 1920, 1080, "/?lang=en", ""),
    ("area-en", 1920, 1080, "/area/420503?lang=en", ""),
    ("cases-en", 1920, 1080, "/cases?state=open&lang=en", ""),
    ("case-zh", 1920, 1080, "/cases/{case}?lang=zh-CN", ""),
    ("supervision-en", 1920, 1080, "/supervision?lang=en", ""),
    ("performance-zh", 1920, 1080, "/performance?kind=community&lang=zh-CN", ""),
    ("area-phone-zh", 390, 844, "/area/420503?lang=zh-CN", ""),
    ("phone-en", 390, 844, "/?lang=en", ""),
    ("lake-wall-en", 1920, 1080, "/?lang=en", ""),
    ("lake-wall-zh", 1920, 1080, "/?lang=zh-CN", ""),
    ("lake-area-en", 1920, 1080, "/area/city?lang=en", ""),
    ("lake-supervision-en", 1920, 1080, "/supervision?lang=en", ""),
)
_READY_S = 180.0
_SETTLE_MS = 4000
_CURRENT = timedelta(minutes=10)  # of the city, at 60 times the speed


def main() -> None:
    """Takes all pictures."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("screenshots: no Chromium found; install chromium")
    for city in sys.argv[1:] or CITIES:
        _take(city, chromium)


def _take(city: str, chromium: str) -> None:
    """Takes the pictures of one city; those of the other one than the model have its name before theirs."""
    shots = [shot for shot in SHOTS if shot[0].startswith("lake-") == (city == "lake")]
    port = free_port()
    data = tempfile.TemporaryDirectory(prefix="gridwall-")
    environment = {**os.environ, "GRIDWALL_DATA_DIR": data.name}
    command = [sys.executable, "-m", "dashboard", "demo", "--city", city, "--port", str(port)]
    demo = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(base, demo)
        IMAGES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            for name, width, height, path, script in shots:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(base + path.format(case=_overdue_case(base)))
                page.wait_for_selector('body[data-live="live"]', timeout=20_000)
                page.wait_for_timeout(_SETTLE_MS)
                if script:
                    page.evaluate(script)
                    page.wait_for_timeout(1000)
                page.screenshot(path=IMAGES / f"{name}.png", full_page=width < 900)
                page.close()
            browser.close()
    finally:
        demo.terminate()
        demo.wait(20)
        data.cleanup()


def _overdue_case(base: str) -> str:
    """Returns the newest case that is overdue."""
    with urllib.request.urlopen(base + "/api/v1/cases?state=open&overdue=true&limit=1", timeout=5) as answer:
        case: str = json.load(answer)["cases"][0]["id"]
    return case


def _wait(base: str, demo: subprocess.Popen[bytes]) -> None:
    """Waits until the demo's past has been written and folded: its latest report is of this moment."""
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and demo.poll() is None:
        try:
            with urllib.request.urlopen(base + "/api/v1/areas/city", timeout=2) as answer:
                city = json.load(answer)
            at, latest = (datetime.fromisoformat(city[name]) for name in ("at", "watermark") if city[name])
            if at - latest < _CURRENT:
                return
        except (urllib.error.URLError, OSError, ValueError):
            pass
        time.sleep(0.5)
    raise SystemExit("screenshots: the demo did not come up")


if __name__ == "__main__":
    main()
