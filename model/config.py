"""One training run's settings, read from a TOML file and saved with its result."""

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.data import DataError


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that decides a run. Names follow the papers cited where each is used."""

    seed: int = 0
    # what is trained on (fer2013, or one of model.datasets with its way to split; "" is the set's own), and the
    # checkpoint or exported network that the weights start from
    dataset: str = "fer2013"
    split_by: str = ""
    init: str = ""
    epochs: int = 40
    batch: int = 128
    lr: float = 0.08
    weight_decay: float = 5e-4
    momentum: float = 0.9
    averaging: float = 0.998
    # network
    widths: tuple[int, ...] = (32, 64, 128, 256)
    attended_px: int = 40
    attention: bool = True
    squeeze: bool = True
    dropout: float = 0.3
    # attention: epochs of the localisation net alone, then its weight and relative learning rate beside the classifier
    localise_epochs: int = 6
    equivariance: float = 10.0
    pull: float = 1.0
    localiser_lr: float = 0.1
    # a run's folder whose localisation net is taken over, in place of a warm start
    localiser_run: str = ""
    # the pose the localisation net must undo, and the jitter around the canonical crop after it
    pose_shift_px: float = 5.0
    pose_rotation_deg: float = 22.0
    pose_scale: tuple[float, float] = (0.7, 1.25)
    jitter_shift_px: float = 3.0
    jitter_rotation_deg: float = 12.0
    jitter_scale: tuple[float, float] = (0.85, 1.15)
    resampled: float = 0.3
    # other augmentation
    light: float = 0.4
    erase: float = 0.3
    blur: float = 0.1
    mixup: float = 0.0
    # losses
    label_smoothing: float = 0.1
    ferplus_weight: float = 1.0
    # distillation: run folders whose averaged logits teach this one (Hinton et al. 2015)
    teachers: tuple[str, ...] = ()
    distill_weight: float = 0.0
    distill_temperature: float = 2.0

    @property
    def localiser_frozen(self) -> bool:
        """Whether the localisation net stays as it is after its warm start."""
        return self.localiser_lr == 0

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for JSON."""
        return dataclasses.asdict(self)

    def provenance(self) -> dict[str, Any]:
        """Return the settings for files that are passed on: other runs and weights by name, not by where they lie."""
        names = {"localiser_run": Path(self.localiser_run).name, "init": Path(self.init).name}
        return self.to_dict() | names | {"teachers": [Path(teacher).name for teacher in self.teachers]}


def load_config(
    path: Path | None, overrides: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None
) -> Config:
    """Read a run's TOML file; ``None`` gives the defaults.

    Args:
        path: the file.
        overrides: settings that count more than the file's.
        defaults: settings that count where neither names them.

    Raises:
        DataError: the file is missing, no TOML, or names a setting that does not exist or has another type.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"{path}: {error.strerror or error}; give a TOML file with --config") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: not TOML ({error})") from error
    return config_from((defaults or {}) | values | (overrides or {}), str(path or "settings"))


def config_from(values: dict[str, Any], source: str) -> Config:
    """Build a Config from plain values, checking names and types.

    Raises:
        DataError: a name is unknown or a value has another type than its default.
    """
    defaults = Config()
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in Config.__dataclass_fields__:
            raise DataError(f"{source}: no setting {name!r}; see model/config.py for the names")
        default = getattr(defaults, name)
        where = f"{source}: {name}"
        if not isinstance(default, tuple):
            checked[name] = _checked(value, type(default), where)
        elif isinstance(value, list | tuple):
            kind = type(default[0]) if default else str
            checked[name] = tuple(_checked(item, kind, where) for item in value)
        else:
            raise DataError(f"{where} is {value!r}, not a list")
    return Config(**checked)


def _checked(value: object, kind: type, where: str) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise DataError(f"{where} is {value!r}, not of type {kind.__name__}")
    return value
