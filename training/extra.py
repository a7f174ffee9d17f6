"""Whether the extra `training` is installed; imports none of it."""

from importlib.util import find_spec

from schemas.errors import UserError

MODULES = ("torch", "torchvision", "open_clip", "safetensors", "matplotlib", "tensorboard")


def require_extra() -> None:
    """Raises `UserError` with the command that installs what training needs, if it is not there."""
    if any(find_spec(module) is None for module in MODULES):
        raise UserError("training needs more packages: pip install 'webimagetext[training]'")
