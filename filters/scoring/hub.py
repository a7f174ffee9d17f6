"""Files of the Hugging Face hub: from its cache, or asked for once and with little patience.

`huggingface_hub` asks a hub that does not answer six times, 24 s for each file, in every process.
"""

import ssl
from collections.abc import Sequence
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from huggingface_hub import constants, hf_hub_download, snapshot_download, try_to_load_from_cache
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from schemas.errors import UserError

ANSWER_S = 5.0
# What the hub's client raises where a connection breaks; which library it takes has changed twice.
_BROKEN: type[BaseException] = HfHubHTTPError.__bases__[0]


def fetch_file(repo: str, names: Sequence[str], asked: str) -> str:
    """Returns the first of `names` that a repository has, as a file of the hub's cache.

    What is in the cache is taken as it is, and nothing is asked.

    Args:
        repo: Such as `laion/CLIP-ViT-B-32-laion2B-s34B-b79K`.
        names: Of files, the best first.
        asked: The field of the recipe, for messages.

    Raises:
        UserError: There is no such repository or file, or nobody answers.
    """
    try:
        cached = (try_to_load_from_cache(repo, name) for name in names)
        if found := next((path for path in cached if isinstance(path, str)), None):
            return found
    except HFValidationError:
        raise UserError(f"{asked}: {repo!r} is no name of a repository, ORG/NAME") from None
    check_answer(asked)
    return _download(repo, names, asked)


def fetch_tokenizer(repo: str, asked: str) -> None:
    """Puts the files of a tokenizer beside a model's other files in the cache."""
    files = ["tokenizer*", "special_tokens_map.json", "vocab*", "merges.txt", "*.model"]
    if not isinstance(try_to_load_from_cache(repo, "tokenizer_config.json"), str):
        check_answer(asked)
        snapshot_download(repo, allow_patterns=[*files, "config.json"])


def check_answer(asked: str) -> None:
    """Raises `UserError` if the hub may not be asked, or does not answer in `ANSWER_S`."""
    cache = f"it is not in {constants.HF_HUB_CACHE}"
    if constants.HF_HUB_OFFLINE:
        raise UserError(f"{asked}: {cache}, and HF_HUB_OFFLINE forbids to fetch it")
    answers: list[bool] = []
    # Not in this thread: a name server that is silent is waited for longer than any time limit.
    asking = Thread(target=lambda: answers.append(_answers(constants.ENDPOINT)), daemon=True)
    asking.start()
    asking.join(ANSWER_S)
    if not any(answers):
        raise UserError(
            f"{asked}: {cache}, and {constants.ENDPOINT} does not answer;"
            " give a folder or a file of weights instead"
        )


def _answers(url: str) -> bool:
    try:
        with urlopen(Request(url, method="HEAD"), timeout=ANSWER_S):
            return True
    except HTTPError:
        return True
    except URLError as error:  # the hub's client may know certificates that Python does not
        return isinstance(error.reason, ssl.SSLError)
    except OSError:
        return False


def _download(repo: str, names: Sequence[str], asked: str) -> str:
    for name in names:
        try:
            return str(hf_hub_download(repo, name, etag_timeout=ANSWER_S))
        except RepositoryNotFoundError as error:
            raise UserError(f"{asked}: the hub has no {repo}, or shows it to others") from error
        except LocalEntryNotFoundError as error:
            raise UserError(f"{asked}: {constants.ENDPOINT} gave no {name} of {repo}") from error
        except EntryNotFoundError:
            continue
        except (_BROKEN, OSError) as error:
            raise UserError(f"{asked}: fetching {name} of {repo} failed; try again") from error
    raise UserError(f"{asked}: {repo} on the hub has none of {', '.join(names)}")
