from html.parser import HTMLParser

from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.try_recipe.page import render_page
from pipeline.try_recipe.sample import sample_stream
from pipeline.try_recipe.try_recipe import try_select
from tests.samples import make_candidate

HOSTILE = "\"><script>alert(1)</script><img src=https://evil.example onerror='x'>\u202e"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))


def render(texts: list[str], name: str = "mine", count: int = 100, **select: object) -> str:
    candidates = [
        make_candidate(n, text=text, url=f"http://e.org/{n}?{HOSTILE}")
        for n, text in enumerate(texts)
    ]
    recipe = Recipe(name=name, select=Select(**select))
    return render_page(try_select(recipe, sample_stream(candidates, count), HOSTILE))


def test_what_comes_from_the_web_is_escaped_and_made_visible() -> None:
    page = render([HOSTILE, "boat"], name=HOSTILE, languages=("xx",))
    tags = Tags(page).tags
    assert not [tag for tag, _ in tags if tag in {"script", "img", "link", "iframe"}]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "&lt;U+202E&gt;" in page
    assert "\u202e" not in page


def test_the_page_loads_nothing_and_says_so_to_the_browser() -> None:
    tags = Tags(render(["boat"])).tags
    assert not [attributes for _, attributes in tags if "src" in attributes]
    assert all(attributes["href"].startswith("#") for _, attributes in tags if "href" in attributes)
    assert POLICY in [attributes.get("content") for tag, attributes in tags if tag == "meta"]


def test_every_link_leads_to_its_examples() -> None:
    tags = Tags(render(["boat", "ein rotes Boot", "click here"], languages=("en",))).tags
    targets = {attributes["href"][1:] for _, attributes in tags if "href" in attributes}
    assert targets == {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert {"text_length-text_too_short", "boilerplate-boilerplate"} <= targets


def test_figures_thresholds_and_examples_stand_on_the_page() -> None:
    page = render(["boat", "a red boat on the sea"], min_chars=9).replace("\N{NO-BREAK SPACE}", " ")
    for text in ("min_chars = 9", "text_too_short", "<strong>1</strong>", "50.0 %", "<bdi>boat"):
        assert text in page


def test_a_sample_says_what_it_does_not_see() -> None:
    texts = [f"a red boat number {n}" for n in range(9)]
    assert "a full run drops" in render(texts, count=4)
    assert "a full run drops" not in render(texts)


def test_no_record_at_all_is_a_page() -> None:
    assert "are kept" in render([])
