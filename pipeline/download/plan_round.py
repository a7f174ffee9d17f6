"""A shard's part of a round: what was known of its URLs, and how far the budgets reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.download.earlier import mark_images
from pipeline.download.earlier_pool import EarlierPool, find_previous
from pipeline.download.options import DownloadOptions
from pipeline.download.rounds import Round
from pipeline.download.shard_plan import ShardPlan
from pipeline.download.url_budget import over_budget
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRound:
    """Makes the `Round` of one shard after the other.

    Attributes:
        earlier: None in a first round.
        max_total_urls: See `DownloadOptions`; so is `max_total_bytes`.
    """

    earlier: EarlierPool | None
    max_total_urls: int | None
    max_total_bytes: int | None

    @classmethod
    def of(cls, options: DownloadOptions) -> Self:
        """Returns what the options ask for.

        Raises:
            UserError: There is no pool where they say that the earlier one is.
        """
        earlier = None
        if options.previous:
            pool = find_previous(options.previous)
            earlier = EarlierPool(folder=pool, image_mark=mark_images(options))
        return cls(
            earlier=earlier,
            max_total_urls=options.max_total_urls,
            max_total_bytes=options.max_total_bytes,
        )

    def __call__(
        self,
        plan: ShardPlan,
        candidates: Sequence[Candidate],
        last_of_host: Mapping[str, str],
        sizes: Mapping[int, int],
    ) -> Round:
        """Returns the round of a shard; see `over_budget` for the last two.

        Args:
            plan: The shard.
            candidates: All of it, in uid order.
            last_of_host: The last uid of each host that has too many.
            sizes: URLs that each shard would fetch.
        """
        total = self.max_total_bytes
        over = over_budget(plan.shard, candidates, last_of_host, sizes, self.max_total_urls)
        return Round(
            pool=self.earlier.folder if self.earlier else None,
            earlier=self.earlier.find(candidates) if self.earlier else {},
            over=over,
            max_bytes=-(-total // plan.num_shards) if total else None,
        )
