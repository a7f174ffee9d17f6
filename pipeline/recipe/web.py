"""Section `[web]` of a recipe: how we behave towards hosts, and which opt-outs are obeyed."""

from typing import Annotated

from pydantic import AfterValidator, Field

from pipeline.recipe.section import Section
from pipeline.web.opt_out import OBEYABLE
from pipeline.web.options import check_nameserver

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


class Web(Section):
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
