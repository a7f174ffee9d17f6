"""Recipes: TOML through pydantic; what is unknown or wrong is named with its line."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from dedup.contamination.records import DEFAULT_MIN_SCORE
from filters.image_text import MAX_TEXT_ENTROPY
from filters.scoring.options import (
    Activation,
    HeadOptions,
    Output,
    Precision,
    ScoreOptions,
)
from filters.word_count import WordRule
from pipeline.crawl.options import CC_ROOT, TEXT_SOURCES
from pipeline.download.options import (
    DownloadOptions,
    EncodeFormat,
    Engine,
    HashName,
    Interpolation,
    OnChange,
    ResizeMode,
    Strictness,
)
from pipeline.queries.options import Rule
from pipeline.queries.tokens import Case
from pipeline.recipe_safety import Language, Privacy, Safety, Scores, Shares
from pipeline.recipe_section import Section as _Section
from pipeline.web.opt_out import OBEYABLE
from pipeline.web.options import check_nameserver
from schemas.errors import UserError
from schemas.records import TextSource


class Crawl(_Section):
    """Where candidates come from.

    Attributes:
        inputs: Archives, URL lists, seed lists (`.txt`), folders and globs of these.
        text_sources: Places that texts are taken from; `select` decides which of them are kept.
        where: Condition on the rows of a Common Crawl index, such as `content_languages = 'por'`.
        cc_root: Folder or URL that the paths in a Common Crawl index are relative to.
        url_column: Of lists; guessed if it is not given, as are the next two.
        image_column: Holds the pictures of a list, or names their files.
        extra_columns: Columns of lists to carry through; all that hold no bytes if not given.
        crawlers: Crawls of seed sites side by side, each with sites of its own.
        scope: `host` stays on the hosts of the seeds, `domain` takes in their whole domains.
        max_pages: Pages to fetch per host; redirects are free.
        max_hosts: Hosts per registrable domain.
        max_total_pages: Pages to fetch in the whole crawl, shared out evenly over its domains.
        include: Globs; a page must match one if there are any.
        exclude: Globs of pages that are not fetched.
        page_deadline_s: Total time for one request of a page.
        tries: Of a URL whose host is busy or fails.
        backoff_s: Wait after a host's first failure, doubled with each more.
        warc_max_bytes: An archive that has grown beyond this is closed.
        recrawl_from: Output of an earlier crawl; its pages are asked for only if they changed.
    """

    inputs: tuple[str, ...] = ()
    text_sources: tuple[TextSource, ...] = TEXT_SOURCES
    where: str | None = None
    cc_root: str = CC_ROOT
    crawlers: Annotated[int, Field(ge=1)] = 4
    scope: Literal["host", "domain"] = "host"
    max_pages: Annotated[int, Field(ge=1)] = 1000
    max_depth: Annotated[int, Field(ge=0)] = 5
    max_hosts: Annotated[int, Field(ge=1)] = 100
    max_total_pages: Annotated[int, Field(ge=1)] | None = None
    sitemaps: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tries: Annotated[int, Field(ge=1)] = 3
    backoff_s: Annotated[float, Field(ge=0)] = 1.0
    warc_max_bytes: Annotated[int, Field(ge=1)] = 10**9
    recrawl_from: str | None = None
    page_deadline_s: Annotated[float, Field(gt=0)] = 30.0
    max_page_bytes: Annotated[int, Field(ge=1)] = 8 * 2**20
    url_column: str | None = None
    text_column: str | None = None
    image_column: str | None = None
    extra_columns: tuple[str, ...] | None = None


# Whoever says one of these does not want the picture or its text in a training set.
OBEYED = (
    "noai",
    "noimageai",
    "noindex",
    "noimageindex",
    "none",
    "noml",
    "tdm-reservation",
    "train-ai=n",
    "train-genai=n",
    "ai=n",
    "bots=n",
    "ai-train=n",
    "ai-train=no",
    "ai.txt:disallow",
)


def _known_signal(word: str) -> str:
    if word.lower() not in OBEYABLE:
        # A misspelt word would let through what it is there to stop.
        raise ValueError(f"no opt-out signal; there are {', '.join(sorted(OBEYABLE))}")
    return word.lower()


class Web(_Section):
    """How we behave towards hosts, pages and images alike.

    Attributes:
        user_agent: Sent with every request; names a contact, as RFC 9309 crawlers do.
        product_token: What robots.txt groups are matched against.
        site_files: Whether each site is asked for its tdmrep.json and ai.txt.
        obey: Opt-out signals that reject; docs/opt-out.md lists them all and says why these.
        allow_address: `IP:PORT` or `IP` of private or loopback hosts that may be fetched; networks
            such as `10.0.0.0/8` too.
        connect_s: Time for a connection; see `pipeline.web.options`.
        host_rate: Requests a second to one host.
        rate: Requests a second in all, of one machine.
        bytes_per_s: Of bodies, in all, of one machine, on average.
        nameservers: `IP` or `IP:PORT` to ask for names; the system's if there are none.
        verify_tls: False takes every certificate, and TLS from 1.0 on; rows and manifest say so.
    """

    user_agent: str = (
        "webimagetext/0.1 (+https://github.com/webimagetext/webimagetext; dataset crawler)"
    )
    product_token: str = "webimagetext"
    robots: bool = True
    site_files: bool = True
    obey: tuple[Annotated[str, AfterValidator(_known_signal)], ...] = OBEYED
    allow_address: tuple[str, ...] = ()
    host_connections: Annotated[int, Field(ge=1)] = 4
    host_interval_s: Annotated[float, Field(ge=0)] = 0.0
    connect_s: Annotated[float, Field(gt=0)] = 5.0
    host_rate: Annotated[float, Field(ge=0.01)] | None = None
    rate: Annotated[float, Field(ge=0.01)] | None = None
    bytes_per_s: Annotated[float, Field(ge=1000)] | None = None
    nameservers: tuple[Annotated[str, AfterValidator(check_nameserver)], ...] = ()
    verify_tls: bool = True


class Select(_Section):
    """What is decided without pixels.

    Attributes:
        text_sources: Places whose texts count as captions. Text around an image (`context`) is
            seldom about it and must be asked for.
        one_text_source: Whether an image keeps the texts of its best place alone, so that it is
            fetched once.
        min_chars: DataComp's basic filter keeps more than 5 characters (arXiv 2304.14108, H).
        min_words: DataComp's basic filter keeps more than 2 words; CLIP has no such limit.
        max_words: COYO-700M's limit.
        max_chars: COYO-700M's limit.
        languages: ISO 639-1 codes to keep; empty keeps every language.
        min_language_score: Confidence below which the language counts as unknown (`und`);
            measured in docs/language.md.
        keep_unknown_language: Whether `und` passes when `languages` is given.
        language_scores: By language, where the limit is another than `min_language_score`.
        language_shares: By language, `*` for all others; pairs are drawn so that they come true.
        language_model: Path of a fastText model, such as lid.176.bin or GlotLID.
        language_second_opinion: Whether byte n-grams are asked too; if not given, with the
            bundled model alone.
        privacy: `[select.privacy]`.
        safety: `[select.safety]`.
        word_rule: How words are counted: `unicode` finds them in every script, `spaces` counts what
            stands between white space, as DataComp and COYO-700M do.
        clean_text: Whether HTML, mojibake and invisible characters are cleaned away first
            (docs/captions.md, as for all that follow).
        boilerplate_phrases: More texts that are boilerplate, whole.
        not_captions: Whether file names, sizes, URLs and codes are rejected.
        templates: Whether texts with placeholders are rejected.
        min_letter_ratio: Of all characters but white space, as the next two.
        max_word_repetition: Share of the words that are repeats of an earlier one.
        max_run_repetition: Share of the runs of 10 characters that are repeats.
        min_entropy_bits: A character; 0 for no limit.
        drop_text_above: A text on more than so many images is dropped from all; COYO-700M's is 10.
        drop_host_text_above: The same for the images of one host.
        max_urls_per_text: So many images keep a text, those with the smallest uids.
        max_texts_per_url: So many texts an image keeps, those with the smallest uids.
        near_text_similarity: Of two texts that are at least as similar (Jaccard index of their
            runs of characters), one is kept, by MinHash; 1 compares as they are without case
            and punctuation.
        near_text_permutations: Of MinHash: more find more and cost more.
    """

    text_sources: Annotated[tuple[TextSource, ...], Field(min_length=1)] = tuple(
        source for source in TEXT_SOURCES if source != "context"
    )
    one_text_source: bool = True
    min_chars: Annotated[int, Field(ge=0)] = 6
    max_chars: Annotated[int, Field(ge=1)] = 1000
    min_words: Annotated[int, Field(ge=0)] = 2
    max_words: Annotated[int, Field(ge=1)] = 256
    languages: tuple[Language, ...] = ()
    min_language_score: Annotated[float, Field(ge=0, le=1)] = 0.45
    keep_unknown_language: bool = False
    boilerplate: bool = True
    language_scores: Scores = {}
    language_shares: Shares = {}
    language_model: str | None = None
    language_second_opinion: bool | None = None
    privacy: Privacy = Privacy()
    safety: Safety = Safety()
    word_rule: WordRule = "unicode"
    clean_text: bool = True
    boilerplate_phrases: tuple[str, ...] = ()
    not_captions: bool = True
    templates: bool = True
    min_letter_ratio: Annotated[float, Field(ge=0, le=1)] = 0.5
    max_digit_ratio: Annotated[float, Field(ge=0, le=1)] = 0.4
    max_symbol_ratio: Annotated[float, Field(ge=0, le=1)] = 0.3
    max_word_repetition: Annotated[float, Field(ge=0, le=1)] = 0.45
    max_run_repetition: Annotated[float, Field(ge=0, le=1)] = 0.35
    min_entropy_bits: Annotated[float, Field(ge=0)] = 2.5
    drop_text_above: Annotated[int, Field(ge=1)] | None = None
    drop_host_text_above: Annotated[int, Field(ge=1)] | None = None
    max_urls_per_text: Annotated[int, Field(ge=1)] | None = None
    max_texts_per_url: Annotated[int, Field(ge=1)] | None = None
    near_text_similarity: Annotated[float, Field(ge=0.3, le=1)] | None = None
    near_text_permutations: Annotated[int, Field(ge=16, le=1024)] = 128


class Queries(_Section):
    """Which texts hold a query, and how many pairs each query may have (docs/queries.md).

    Attributes:
        list: Query list: a folder of `webimagetext queries`, or a .parquet, .txt or .json file.
            Without one nothing is matched and nothing is balanced.
        matching: `words` or MetaCLIP's own rules, `metaclip` and `metaclip2`.
        case: `fold` matches without case, as CLIP's text encoder reads; MetaCLIP matches with it.
        max_pairs: t, of the paper's "up to 20,000 (image, text) pairs per query"; the default if
            the next two are not given either.
        target_pairs: Chooses t so that about this many pairs are kept.
        tail_share: Chooses t so that queries below it have this share of all matches (MetaCLIP 2).
        seed: Another seed draws other pairs.
    """

    list: str | None = None
    matching: Rule = "words"
    case: Case = "fold"
    max_pairs: Annotated[int, Field(ge=1)] | None = None
    target_pairs: Annotated[int, Field(ge=1)] | None = None
    tail_share: Annotated[float, Field(gt=0, lt=1)] | None = None
    seed: int = 0

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        given = [n for n in ("max_pairs", "target_pairs", "tail_share") if getattr(self, n)]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)}: give one of them, the other has no effect")
        return self


class Download(_Section):
    """How images are fetched and stored; the names are img2dataset's where it has the option.

    Attributes:
        engine: `img2dataset` runs that (docs/img2dataset.md), to reproduce an old run.
        max_image_area: Pixels of the original; img2dataset's default is no limit, too.
        compute_hash: A hash to keep beside sha256, which is always kept.
        verify_hash: Column of the URL list and kind of hash, such as `["sha256", "sha256"]`.
        strict: `flag` marks JPEGs that decode with warnings as damaged, `reject` refuses them.
        deadline_s: Total time for one try of an image, redirects included.
        retries: Further tries where the host is busy or breaks off; img2dataset makes none.
        max_pixels: Checked from the header, before decoding (open_clip's limit is 25 M).
        number_sample_per_shard: URLs per pool shard, on average.
        previous: Output of an earlier download or build: images are asked for only if they changed.
        on_change: `mismatch` refuses a picture whose bytes are not those of `previous`.
        reject_hashes: File of hashes (`dedup.hash_list`); what they name is never stored.
        max_host_urls: URLs to fetch of one host; those with the smallest uids.
        max_total_urls: URLs to fetch in all; those with the smallest uids.
        max_total_bytes: Of image bodies, shared out evenly over the pool's shards.
    """

    engine: Engine = "ours"
    image_size: Annotated[int, Field(ge=1)] = 256
    resize_mode: ResizeMode = "keep_ratio"
    resize_only_if_bigger: bool = True
    upscale_interpolation: Interpolation = "lanczos"
    downscale_interpolation: Interpolation = "area"
    encode_format: EncodeFormat = "jpg"
    encode_quality: Annotated[int, Field(ge=0, le=100)] = 95
    skip_reencode: bool = False
    disable_all_reencoding: bool = False
    min_image_size: Annotated[int, Field(ge=0)] = 0
    max_image_area: Annotated[int, Field(ge=1)] | None = None
    max_aspect_ratio: Annotated[float, Field(ge=1)] | None = None
    compute_hash: HashName | None = "sha256"
    verify_hash: tuple[str, HashName] | None = None
    strict: Strictness = "flag"
    number_sample_per_shard: Annotated[int, Field(ge=1)] = 1000
    deadline_s: Annotated[float, Field(gt=0)] = 15.0
    retries: Annotated[int, Field(ge=0)] = 1
    max_bytes: Annotated[int, Field(ge=1)] = 32 * 2**20
    max_pixels: Annotated[int, Field(ge=1)] = 25_000_000
    concurrency: Annotated[int, Field(ge=1)] = 64
    previous: str | None = None
    on_change: OnChange = "accept"
    reject_hashes: str | None = None
    max_host_urls: Annotated[int, Field(ge=1)] | None = None
    max_total_urls: Annotated[int, Field(ge=1)] | None = None
    max_total_bytes: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        DownloadOptions(**self.model_dump())  # says what does not
        return self


class Images(_Section):
    """Image filters, on what the download measured; docs/image-filters.md has the figures.

    Attributes:
        min_side_px: Shorter side of the original, inclusive.
        max_aspect: Longer over shorter side, inclusive; DataComp's and COYO's limit is 3.
        min_area_px: Width times height of the original, inclusive.
        min_bytes: Of the original file, inclusive; 5,000 in LAION-400M and COYO-700M.
        min_entropy: Bits of the grey levels, inclusive; 1 takes flat images away.
        min_sharpness: Variance of the Laplacian at 256 px, inclusive; 20 takes blurred ones away.
        max_edge_ratio: Share of hard edges in what is not flat; 0.3 takes text and screenshots
            away, if their entropy is at most `max_text_entropy`.
    """

    min_side_px: Annotated[int, Field(ge=1)] = 64
    max_aspect: Annotated[float, Field(ge=1)] = 3.0
    min_area_px: Annotated[int, Field(ge=1)] | None = None
    min_bytes: Annotated[int, Field(ge=0)] | None = None
    min_entropy: Annotated[float, Field(ge=0, le=8)] | None = None
    min_sharpness: Annotated[float, Field(ge=0)] | None = None
    max_edge_ratio: Annotated[float, Field(ge=0, le=1)] | None = None
    max_text_entropy: Annotated[float, Field(ge=0, le=8)] = MAX_TEXT_ENTROPY


class Dedupe(_Section):
    """Which pairs count as the same picture.

    Attributes:
        max_distance: Hamming distance of 64-bit pHashes, inclusive; 4 had no false hit where we
            measured (docs/decisions/0004).
        max_urls_per_image: A picture under more different URLs than this is a `placeholder` if it
            has more than `max_captions_per_image` different texts, too. None only reports.
    """

    max_distance: Annotated[int, Field(ge=0, le=8)] = 4
    max_urls_per_image: Annotated[int, Field(ge=1)] | None = None
    max_captions_per_image: Annotated[int, Field(ge=1)] = 10


class ScoreHead(_Section):
    """A head on the image embedding.

    Attributes:
        path: State dict of linear layers, relative to the recipe.
        activation: Between the layers.
        output: What becomes of the last number.
    """

    path: str
    activation: Activation = "none"
    output: Output = "none"


class ScoreLimit(_Section):
    """Which values of a score are kept.

    Attributes:
        min: Inclusive, as is `max`.
        top: Share of all pairs to keep, the best; lower is better for `nsfw_score`,
            `watermark_score` and `faces`.
    """

    min: float | None = None
    max: float | None = None
    top: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        has_range = self.min is not None or self.max is not None
        if has_range == (self.top is not None):
            raise ValueError("give min, max or both, or else top")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


HeadName = Literal["aesthetic", "nsfw", "watermark"]
ScoreName = Literal["clip_score", "aesthetic_score", "nsfw_score", "watermark_score", "faces"]


class Score(_Section):
    """Models that score pairs, and what is kept by their scores; docs/scores.md.

    Attributes:
        model: open_clip's name, `hf-hub:NAME`, or a folder: a run of `webimagetext train` (a data
            filtering network), or any with open_clip's configuration. Nothing scores without one.
        weights: File, or one of open_clip's tags.
        heads: NSFW, watermark and aesthetic heads by name.
        faces: OpenCV's YuNet as an ONNX file.
        batch_size: Pairs at a time.
        share_model: Whether all workers of a machine use one copy; else each process has its own.
        keep: Limits by column; columns without one decide nothing.
    """

    model: str | None = None
    weights: str | None = None
    heads: dict[HeadName, ScoreHead] = {}
    faces: str | None = None
    device: str = "auto"
    batch_size: Annotated[int, Field(ge=1)] = 64
    precision: Precision = "fp32"
    share_model: bool = True
    keep: dict[ScoreName, ScoreLimit] = {}

    @model_validator(mode="after")
    def _heads_have_a_model(self) -> Self:
        if self.heads and not self.model:
            raise ValueError("heads judge what a model sees: give model, too")
        return self

    @property
    def options(self) -> ScoreOptions:
        """What the models need to know."""
        heads = tuple(
            (f"{name}_score", HeadOptions(**head.model_dump()))
            for name, head in sorted(self.heads.items())
        )
        return ScoreOptions(
            model=self.model,
            weights=self.weights,
            heads=heads,
            faces=self.faces,
            device=self.device,
            batch_size=self.batch_size,
            precision=self.precision,
        )

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to score or to judge by a score."""
        return bool(self.options.columns or self.keep)


class Contamination(_Section):
    """Benchmarks to measure against, and what to do with what they find.

    Attributes:
        benchmarks: Source by name; relative paths are relative to the recipe.
        max_distance: Hamming distance of 64-bit pHashes, inclusive; 6 is the largest that stayed
            under 0.1 % false hits where we measured (docs/decisions/0004).
        verify: Whether thumbnails are aligned: near hashes are confirmed, crops, frames, turned and
            mirrored copies found. Without, hashes alone decide.
        min_score: From which an alignment alone makes a match, 0 to 1; see
            docs/contamination-accuracy.md.
        min_scores: The same for single benchmarks, by name.
        calibration: File of `webimagetext calibrate` that sets the four above, relative to the
            recipe; the report then corrects for its rates.
        within: Whether copies within each benchmark and between benchmarks are looked for too.
        action: `report` marks pairs as CLIP did, `remove` drops them.
    """

    benchmarks: dict[str, str] = {}
    max_distance: Annotated[int, Field(ge=0, le=16)] = 6
    verify: bool = True
    min_score: Annotated[float, Field(gt=0, le=1)] = DEFAULT_MIN_SCORE
    min_scores: dict[str, Annotated[float, Field(gt=0, le=1)]] = {}
    calibration: str | None = None
    within: bool = False
    action: Literal["report", "remove"] = "report"

    def least_score(self, benchmark: str) -> float | None:
        """Returns the score that makes a match of `benchmark`; None where nothing is aligned."""
        return self.min_scores.get(benchmark, self.min_score) if self.verify else None


class Shards(_Section):
    """How the dataset is packed."""

    samples_per_shard: Annotated[int, Field(ge=1)] = 1000


class Recipe(_Section):
    """Everything that decides what a dataset holds."""

    name: str = "dataset"
    crawl: Crawl = Crawl()
    web: Web = Web()
    select: Select = Select()
    queries: Queries = Queries()
    download: Download = Download()
    images: Images = Images()
    dedupe: Dedupe = Dedupe()
    score: Score = Score()
    contamination: Contamination = Contamination()
    shards: Shards = Shards()

    @model_validator(mode="after")
    def _some_text_is_kept(self) -> Self:
        if not self.wanted_crawl.text_sources:
            raise ValueError("crawl.text_sources and select.text_sources have no place in common")
        return self

    @property
    def wanted_crawl(self) -> Crawl:
        """The crawl of a build: it does not look where `select` would drop every text."""
        wanted = tuple(s for s in self.crawl.text_sources if s in self.select.text_sources)
        return self.crawl.model_copy(update={"text_sources": wanted})


def load_recipe(path: Path) -> Recipe:
    """Reads a recipe; relative paths in it stay as written (see `resolve_paths`).

    Raises:
        UserError: One line a problem, each with the file, the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: no such recipe") from None
    except IsADirectoryError:
        raise UserError(f"{path}: a folder, where a recipe file is due") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not a UTF-8 text file") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: not TOML: {error}") from error
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        lines = _key_lines(text)
        problems = [
            _problem(path, lines, tuple(str(part) for part in item["loc"]), item["msg"])
            for item in error.errors()
        ]
        raise UserError("\n".join(problems)) from error


def _problem(path: Path, lines: dict[str, int], loc: tuple[str, ...], message: str) -> str:
    names = [".".join(loc[:depth]) for depth in range(len(loc), 0, -1)]
    line = next((lines[name] for name in names if name in lines), 1)
    if message.startswith("Extra inputs"):
        message = f"unknown key; {_known_keys(loc[:-1])}"
    return f"{path}:{line}: {'.'.join(loc)}: {message}"


def _known_keys(section: tuple[str, ...]) -> str:
    model: type[BaseModel] = Recipe
    for name in section:
        annotation = model.model_fields[name].annotation if name in model.model_fields else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    where = f"[{'.'.join(section)}]" if section else "a recipe"
    return f"{where} knows {', '.join(sorted(model.model_fields))}"


_TABLE = re.compile(r"^\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_."'-]+)\s*=""")


def _key_lines(text: str) -> dict[str, int]:
    """Returns the line of every `table.key`; tomllib parses but keeps no positions."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TABLE.match(line):
            table = found[1].replace('"', "").replace("'", "")
            lines.setdefault(table, number)
        elif found := _KEY.match(line):
            key = found[1].replace('"', "").replace("'", "")
            lines.setdefault(f"{table}.{key}" if table else key, number)
    return lines
