"""Parts the command line: our options stay, those that we do not know go to Beam."""

from collections.abc import Mapping, Sequence

from schemas.errors import UserError

Options = Mapping[str, bool]  # name, and whether a value follows it


def split_flags(
    arguments: Sequence[str], ours: Options, beam_options: Options
) -> tuple[list[str], list[str]]:
    """Returns `(our arguments, Beam's flags)`.

    Args:
        arguments: What follows the command's name.
        ours: The command's options.
        beam_options: Beam's; only looked at for a flag that is not ours.

    Raises:
        UserError: A flag that is neither ours nor Beam's.
    """
    parted: tuple[list[str], list[str]] = ([], [])
    rest = list(arguments)
    while rest:
        token = rest.pop(0)
        name = token.split("=", 1)[0]
        if token == "--":
            parted[0].extend([token, *rest])
            break
        is_ours = not token.startswith("--") or name in ours
        options = ours if is_ours else beam_options
        if token.startswith("--") and name not in options:
            raise UserError(
                f"no such option: {name} (this command knows {', '.join(sorted(ours))};"
                " it is none of Beam's either)"
            )
        target = parted[0] if is_ours else parted[1]
        target.append(token)
        if options.get(name) and "=" not in token and rest:
            target.append(rest.pop(0))
    return parted


def has_foreign_flag(arguments: Sequence[str], ours: Options) -> bool:
    """Whether some flag is not ours, so that Beam's list is needed; importing it costs seconds."""
    names = [a.split("=", 1)[0] for a in arguments if a.startswith("--") and a != "--"]
    return any(name not in ours for name in names)
