"""Makes the demo's web site: pages, pictures and planted faults, with the count of each."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from demo.benchmark import make_benchmarks, plan_benchmarks, planted_copies
from demo.copies import copy_near
from demo.faults import CRAWL_FAULTS, PAGE_FAULTS, SITE_FILES, TEXT_FAULTS, image_faults
from demo.gallery import Gallery, Picture, draw_gallery
from demo.pages import HtmlPage, Img, UrlStyle, render
from demo.plan import Plan, count_outcomes
from demo.routes import Route, write_routes
from demo.words import FOREIGN_LANGUAGE, KEPT_LANGUAGES, CaptionStock
from schemas.outcomes import Reject, Stage

__all__ = ["Plan", "make_benchmarks", "make_site"]

MAIN = KEPT_LANGUAGES[0]
IMAGES_PER_PAGE = 12
NUM_FOREIGN = 8
NUM_NEAR_BASES = 8
NUM_NEAR_COPIES = 12
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_STYLES = (UrlStyle.ROOT, UrlStyle.RELATIVE, UrlStyle.ABSOLUTE, UrlStyle.PROTOCOL_RELATIVE)
_BASE_PAGE = 5  # of the main language; its URLs stand under a <base>
_CHARSETS = {"fr": "iso-8859-1", "pl": "utf-16", "ja": "shift_jis"}
_META_OPT_OUT = '<meta name="robots" content="noai, noimageai">\n'
_HEADER_OPT_OUT = {"X-Robots-Tag": "noimageai"}


def make_site(folder: str, seed: int = 0) -> Plan:
    """Writes the site to `folder` for `demo.server.SiteServer`; returns what is planted in it.

    Equal seeds give equal files, wherever the folder is.
    """
    gallery = draw_gallery(seed)
    site = _Site(folder)
    site.plant_good([*gallery.site, *planted_copies(gallery)])
    site.plant_duplicates(gallery)
    site.plant_faults(gallery)
    site.plant_pages(np.random.default_rng(seed))
    write_routes(folder, site.routes)
    return site.plan(gallery)


class _Site:
    """The site while it grows: images by language, routes, and what is planted."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._captions = CaptionStock()
        self._images: dict[str, list[Img]] = {name: [] for name in KEPT_LANGUAGES}
        self._pages: list[HtmlPage] = []
        self._good: list[tuple[Img, Picture]] = []  # of the main language
        self.routes: dict[str, Route] = {}
        self.planted: Counter[tuple[str, str]] = Counter()

    def plant_good(self, pictures: list[Picture]) -> None:
        """Plants the pairs that the dataset must hold: three of five in the main language."""
        others = 0
        for number, picture in enumerate(pictures):
            language = MAIN
            if (number + number // 20) % 5 >= 3:  # 20 concepts: each comes in every language
                language = KEPT_LANGUAGES[1 + others % (len(KEPT_LANGUAGES) - 1)]
                others += 1
            name = f"{number:03d}-{picture.concept.replace(' ', '-')}.{picture.extension}"
            image = self._plant_picture(picture, f"/img/{name}", language)
            if language == MAIN:
                self._good.append((image, picture))

    def plant_duplicates(self, gallery: Gallery) -> None:
        """Plants copies of good pairs, a redirect to some, and an opt-out that is not for us."""
        originals = [pair for pair in self._good if pair[1] in gallery.site]
        same, near, moved, again = (
            originals[:6],
            originals[10 : 10 + NUM_NEAR_BASES],
            originals[30:33],
            originals[40:49],
        )
        for number, (image, picture) in enumerate(same):
            path = f"/img/mirror/{number}.{picture.extension}" if number < 4 else image.src
            self._plant_picture(picture, str(path), MAIN)
            self.planted[Stage.DEDUPE, Reject.DUPLICATE_SHA256] += 1
        for number in range(NUM_NEAR_COPIES):
            copy = copy_near(near[number % len(near)][1], number // len(near) + number)
            self._plant_picture(copy, f"/img/copy/{number}.{copy.extension}", MAIN)
            self.planted[Stage.DEDUPE, Reject.NEAR_DUPLICATE] += 1
        for number, (image, _) in enumerate(moved):
            self._move(image, f"/go/{number}")
        for image, _ in again:
            self._images[MAIN].append(replace(image, alt=f"  {image.alt}\n"))
            self.planted[Stage.SELECT, Reject.DUPLICATE_URL_TEXT] += 1
        kept_path = str(originals[50][0].src)
        other_robot = {"X-Robots-Tag": "otherbot: noai"}
        self.routes[kept_path] = replace(self.routes[kept_path], headers=other_robot)

    def plant_faults(self, gallery: Gallery) -> None:
        """Plants everything that must be dropped, each for its own reason."""
        for src, alt, outcome in CRAWL_FAULTS:
            self._images[MAIN].append(Img(src=src, alt=alt))
            self.planted[Stage.CRAWL, outcome] += 1
        for number, (alt, outcome) in enumerate(TEXT_FAULTS):
            self._images[MAIN].append(Img(src=f"/img/text/{number}.jpg", alt=alt))
            self.planted[Stage.SELECT, outcome] += 1
        jpeg = next(p.body for p in gallery.site if p.extension == "jpg")
        for fault in image_faults(jpeg):
            if fault.route is not None:
                self._serve(fault.path, fault.route, fault.body)
            self._images[MAIN].append(Img(src=fault.path, alt=self._captions.take(MAIN)))
            self.planted[Stage.DOWNLOAD, fault.outcome] += 1
        for pictures, outcome in (
            (gallery.small, Reject.IMAGE_TOO_SMALL),
            (gallery.long, Reject.IMAGE_TOO_LONG),
        ):
            for number, picture in enumerate(pictures):
                path = f"/img/{outcome.value}/{number}.{picture.extension}"
                self._plant_picture(picture, path, MAIN)
                self.planted[Stage.FILTER, outcome] += 1

    def plant_pages(self, rng: np.random.Generator) -> None:
        """Lays the images out on pages, and links these from indexes and a front page."""
        main = self._images[MAIN]
        self._images[MAIN] = [main[int(place)] for place in rng.permutation(len(main))]
        for language in KEPT_LANGUAGES:
            self._add_pages(language, self._images[language])
        texts = [self._captions.take(FOREIGN_LANGUAGE) for _ in range(NUM_FOREIGN)]
        self._add_pages(FOREIGN_LANGUAGE, self._unserved("foreign", texts))
        self.planted[Stage.SELECT, Reject.LANGUAGE] += NUM_FOREIGN
        self._add_opt_out_pages()
        self._add_front_page()
        for path, outcome, route in PAGE_FAULTS:
            self.planted[Stage.CRAWL, outcome] += 1
            if route is not None:
                self.routes[path] = route
        for path, media_type, text in SITE_FILES:
            self._serve(path, Route(content_type=media_type), text.encode())

    def plan(self, gallery: Gallery) -> Plan:
        """Returns the truth of the finished site."""
        images = sum(len(page.images) for page in self._pages)
        languages = {language: len(self._images[language]) for language in KEPT_LANGUAGES}
        languages[MAIN] = len(self._good)  # the others' pages hold nothing else
        return Plan(
            folder=str(self._folder),
            expected=count_outcomes(self.planted),
            pages=len(self._pages),
            candidates=images - len(CRAWL_FAULTS),
            kept=sum(languages.values()),
            kept_languages=languages,
            benchmarks=plan_benchmarks(gallery),
        )

    def _plant_picture(self, picture: Picture, path: str, language: str) -> Img:
        image = Img(src=path, alt=self._captions.take(language, picture.concept))
        self._serve(path, Route(content_type=_TYPES[picture.extension]), picture.body)
        self._images[language].append(image)
        return image

    def _serve(self, path: str, route: Route, body: bytes | None) -> None:
        if body is not None:
            name = f"{path}index.html" if path.endswith("/") else path
            file = self._folder / "files" / name.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
            route = replace(route, file=str(file.relative_to(self._folder)))
        self.routes[path] = route

    def _move(self, image: Img, path: str) -> None:
        self.routes[path] = Route(status=302, headers={"Location": str(image.src)})
        place = self._images[MAIN].index(image)
        self._images[MAIN][place] = replace(image, src=path)

    def _unserved(self, name: str, texts: list[str]) -> list[Img]:
        """Returns images that are dropped before anyone asks for them."""
        return [Img(src=f"/img/{name}/{n}.jpg", alt=text) for n, text in enumerate(texts)]

    def _add_pages(self, language: str, images: list[Img]) -> None:
        starts = range(0, len(images), IMAGES_PER_PAGE)
        paths = [f"/{language}/page-{number:02d}.html" for number in range(1, len(starts) + 1)]
        for number, (start, path) in enumerate(zip(starts, paths, strict=True), start=1):
            is_base = language == MAIN and number == _BASE_PAGE
            page = HtmlPage(
                path=path,
                language=language,
                title=f"{language} {number}",
                images=tuple(images[start : start + IMAGES_PER_PAGE]),
                links=(f"/{language}/", *paths[number : number + 1]),
                style=UrlStyle.BASE if is_base else _STYLES[number % len(_STYLES)],
                charset=_CHARSETS.get(language, "utf-8"),
                declare_charset=language == "ja",  # else the BOM or the <meta> must do
            )
            self._add_page(page)
        home = ("/", *paths)
        self._add_page(
            HtmlPage(path=f"/{language}/", language=language, title=language, links=home)
        )

    def _add_opt_out_pages(self) -> None:
        for name, num_images, head, headers in (
            ("reserved", 4, _META_OPT_OUT, {}),
            ("reserved-too", 3, "", _HEADER_OPT_OUT),
        ):
            texts = [self._captions.take(MAIN) for _ in range(num_images)]
            page = HtmlPage(
                path=f"/{MAIN}/{name}.html",
                language=MAIN,
                title=name,
                images=tuple(self._unserved(name, texts)),
                head=head,
            )
            self._add_page(page, headers)
            self.planted[Stage.SELECT, Reject.OPT_OUT] += num_images

    def _add_front_page(self) -> None:
        indexes = [page.path for page in self._pages if page.path.endswith("/")]
        reserved = [page.path for page in self._pages if "/reserved" in page.path]
        links = (*indexes, *reserved, *(path for path, _, _ in PAGE_FAULTS))
        self._add_page(HtmlPage(path="/", language=MAIN, title="A small web site", links=links))

    def _add_page(self, page: HtmlPage, headers: dict[str, str] | None = None) -> None:
        self._pages.append(page)
        declared = f"; charset={page.charset}" if page.declare_charset else ""
        route = Route(
            content_type=f"text/html{declared}", charset=page.charset, headers=headers or {}
        )
        self._serve(page.path, route, render(page).encode("utf-8"))
