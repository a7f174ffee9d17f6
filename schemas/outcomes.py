"""The closed lists of what can happen to a record: a policy rejects, a broken record fails.

Every ledger row carries one of these values, so `outcome` alone says which of the two it was.
"""

from enum import StrEnum
from typing import NamedTuple

HTTP_FAILURE_PREFIX = "http_"


class Stage(StrEnum):
    """The stages of the accounting, in the order of the data."""

    CRAWL = "crawl"
    SELECT = "select"
    BALANCE = "balance"
    DOWNLOAD = "download"
    FILTER = "filter"
    DEDUPE = "dedupe"
    SCORE = "score"
    DECONTAMINATE = "decontaminate"
    SHARDS = "shards"
    QUERIES = "queries"  # the list's own; no candidate passes it


class Reject(StrEnum):
    """A policy said no."""

    # crawl
    NO_SRC = "no_src"
    NO_ALT = "no_alt"  # no text in any of the places that are looked at
    DATA_URI = "data_uri"
    TRACKING_PIXEL = "tracking_pixel"
    ICON = "icon"
    SPRITE = "sprite"
    URL = "url"  # cannot be read as a URL, or is none that we may send
    SCHEME = "scheme"
    ROBOTS = "robots"
    # Of a host or of all: of a crawl one row says how many URLs were found and not fetched, of a
    # download each URL has its row.
    BUDGET = "budget"
    # select
    OPT_OUT = "opt_out"
    TEXT_SOURCE = "text_source"  # from a place that the recipe does not take texts from
    OTHER_TEXT = "other_text"  # the same image has a text from a better place
    TEXT_TOO_SHORT = "text_too_short"
    TEXT_TOO_LONG = "text_too_long"
    TOO_FEW_WORDS = "too_few_words"
    TOO_MANY_WORDS = "too_many_words"
    BOILERPLATE = "boilerplate"
    NOT_A_CAPTION = "not_a_caption"  # a file name, a size, a URL or a code, and nothing else
    TEMPLATE = "template"  # a placeholder that nobody filled in
    REPETITION = "repetition"
    TOO_FEW_LETTERS = "too_few_letters"
    TOO_MANY_DIGITS = "too_many_digits"
    TOO_MANY_SYMBOLS = "too_many_symbols"
    LOW_ENTROPY = "low_entropy"
    FREQUENT_TEXT = "frequent_text"
    FREQUENT_ON_HOST = "frequent_on_host"
    TEXT_URLS = "text_urls"  # the text has its number of URLs
    URL_TEXTS = "url_texts"  # the URL has its number of texts
    NEAR_DUPLICATE_TEXT = "near_duplicate_text"
    LANGUAGE = "language"
    LANGUAGE_SHARE = "language_share"  # its language has more than its share
    PERSONAL_DATA = "personal_data"
    FLAGGED_WORD = "flagged_word"
    TOXIC = "toxic"
    URL_BLOCKED = "url_blocked"  # its host or path is on a list of the recipe
    ADULT_URL = "adult_url"
    DUPLICATE_URL_TEXT = "duplicate_url_text"
    # balance
    NO_QUERY = "no_query"  # the text holds none of the list's queries
    OVER_QUERY_CAP = "over_query_cap"  # not drawn: its queries have more pairs than they may
    # download
    ADDRESS = "address"
    DAMAGED = "damaged"  # decodes, but not without mending
    IMAGE_TOO_LARGE = "image_too_large"
    HASH_LIST = "hash_list"  # on the user's list of pictures that nobody may keep
    # image filters
    IMAGE_TOO_SMALL = "image_too_small"
    IMAGE_TOO_LONG = "image_too_long"
    IMAGE_FEW_BYTES = "image_few_bytes"
    IMAGE_FLAT = "image_flat"
    IMAGE_BLURRED = "image_blurred"
    IMAGE_OF_TEXT = "image_of_text"
    # dedupe
    PLACEHOLDER = "placeholder"  # one picture under many URLs and texts: "image not found"
    DUPLICATE_SHA256 = "duplicate_sha256"
    NEAR_DUPLICATE = "near_duplicate"
    # scores: each is named after its column
    CLIP_SCORE = "clip_score"
    AESTHETIC_SCORE = "aesthetic_score"
    NSFW_SCORE = "nsfw_score"
    WATERMARK_SCORE = "watermark_score"
    FACES = "faces"
    # decontaminate
    BENCHMARK_OVERLAP = "benchmark_overlap"


class Rejection(NamedTuple):
    """A policy's no that names its evidence, for the ledger's detail."""

    reason: Reject
    detail: str


class Failure(StrEnum):
    """We could not process it. An HTTP status that is no success is `http_NNN`."""

    # inputs
    FILE_MISSING = "file_missing"
    FILE_FORMAT = "file_format"
    FILE_EMPTY = "file_empty"
    WARC_TRUNCATED = "warc_truncated"
    WARC_RECORD = "warc_record"
    WARC_DIGEST = "warc_digest"
    ROW = "row"
    DUMP_TRUNCATED = "dump_truncated"
    DUMP_DAMAGED = "dump_damaged"
    DUMP_PAGE = "dump_page"
    PAGE_NOT_HTML = "page_not_html"
    # network
    DNS = "dns"
    CONNECT = "connect"
    HOST_LEFT = "host_left"  # not tried: its host had failed too often
    TLS = "tls"
    PROTOCOL = "protocol"
    REDIRECTS = "redirects"
    DEADLINE = "deadline"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    ENGINE_LOST = "engine_lost"  # another downloader left no trace of it, or a false one
    # image
    NOT_IMAGE = "not_image"
    # Not the picture that its name, its list or an earlier round says.
    HASH_MISMATCH = "hash_mismatch"
    DECODE = "decode"
    PIXELS = "pixels"


class Change(StrEnum):
    """What became of a URL's picture since an earlier round."""

    NEW = "new"  # the earlier round had none
    SAME = "same"
    CHANGED = "changed"  # another picture, or other bytes of the same one
    GONE = "gone"  # the host says that there is none any more; so in every round until it is back


def http_failure(status: int) -> str:
    """The outcome of an HTTP answer that is no success, such as `http_404`."""
    return f"{HTTP_FAILURE_PREFIX}{status}"


def is_reject(outcome: str) -> bool:
    """Whether `outcome` is a policy's; every other outcome is a failure."""
    return outcome in Reject.__members__.values()


def is_known(outcome: str) -> bool:
    """Whether `outcome` belongs to the closed lists."""
    return (
        is_reject(outcome)
        or outcome in Failure.__members__.values()
        or (
            outcome.startswith(HTTP_FAILURE_PREFIX)
            and outcome.removeprefix(HTTP_FAILURE_PREFIX).isdigit()
        )
    )
