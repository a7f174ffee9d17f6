"""The steps of `[images]` in their order, for the stage that runs them and for `recipe try`."""

from filters.image_area import ImageArea
from filters.image_aspect import ImageAspect
from filters.image_blur import BlurredImage
from filters.image_bytes import ImageBytes
from filters.image_flat import FlatImage
from filters.image_size import ImageSize
from filters.image_text import TextImage
from pipeline.recipe.images import Images
from pipeline.rules import Rule


def image_steps(images: Images) -> tuple[Rule, ...]:
    """Returns what `[images]` does; a key that is not given is no step."""
    steps = [
        Rule(name="image_size", decide=ImageSize(min_side_px=images.min_side_px)),
        Rule(name="image_aspect", decide=ImageAspect(max_aspect=images.max_aspect)),
    ]
    if images.min_area_px is not None:
        steps.append(Rule(name="image_area", decide=ImageArea(min_area_px=images.min_area_px)))
    if images.min_bytes is not None:
        steps.append(Rule(name="image_bytes", decide=ImageBytes(min_bytes=images.min_bytes)))
    if images.min_entropy is not None:
        steps.append(Rule(name="image_flat", decide=FlatImage(min_entropy=images.min_entropy)))
    if images.min_sharpness is not None:
        blurred = BlurredImage(min_sharpness=images.min_sharpness)
        steps.append(Rule(name="image_blur", decide=blurred))
    if images.max_edge_ratio is not None:
        text = TextImage(
            max_edge_ratio=images.max_edge_ratio, max_text_entropy=images.max_text_entropy
        )
        steps.append(Rule(name="image_text", decide=text))
    return tuple(steps)
