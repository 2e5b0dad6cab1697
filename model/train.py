"""Train one network to the end, in a folder that holds all there is to know of the run.

On one processor, on CUDA, or under ``torchrun`` in several processes on one or more machines (Hugging Face Accelerate).
"""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from model.config import Config
from model.data import DataError, Faces
from model.files import replacing
from model.trainer import Trainer


def train(config: Config, training: Faces, validation: Faces, folder: Path, *, resume: bool) -> dict[str, Any]:
    """Train to the end and return the last line of the log.

    Writes ``config.json``, ``history.jsonl``, ``tensorboard/``, ``last.pt`` (to resume) and ``best.pt`` (the epoch with
    the highest mean of both accuracies on PublicTest) into ``folder``.

    Raises:
        DataError: the folder holds a run and ``resume`` is False, or its checkpoint does not fit.
        KeyboardInterrupt: Ctrl-C; the epoch in progress is lost. The message says what is saved.
    """
    if (folder / "last.pt").exists() and not resume:
        raise DataError(f"{folder}: holds a run already; add --resume, or give another --out")
    trainer = Trainer(config, training, validation, folder)
    if resume:
        trainer.resume()
    line: dict[str, Any] = {}
    with ExitStack() as stack:
        board = None
        if trainer.accelerator.is_main_process:
            _prepare_folder(trainer)
            board = stack.enter_context(SummaryWriter(str(folder / "tensorboard"), purge_step=trainer.epoch + 1))
        stack.enter_context(_ctrl_c_between_steps(trainer))
        try:
            while trainer.epoch < trainer.total_epochs:
                line = trainer.run_epoch()
                if board is not None:
                    tqdm.write(json.dumps(line))
                    _draw(board, line)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_stopped(trainer)) from None
    trainer.end()
    return line


@contextmanager
def _ctrl_c_between_steps(trainer: Trainer) -> Iterator[None]:
    """Let the first Ctrl-C wait for the end of a step or a save, which torch does not survive halfway; the next not."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        trainer.interrupted = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_folder(trainer: Trainer) -> None:
    folder = trainer.folder
    folder.mkdir(parents=True, exist_ok=True)
    settings = json.dumps(trainer.config.to_dict(), indent=1)
    (folder / "config.json").write_text(settings + "\n", encoding="utf-8")
    history = folder / "history.jsonl"
    if history.exists():
        lines = history.read_bytes().splitlines(keepends=True)
        with replacing(history) as file:
            file.writelines(lines[: trainer.epoch])


def _draw(board: SummaryWriter, line: dict[str, Any]) -> None:
    """Log a line of the history to TensorBoard; its step is the epoch, from 1."""
    step = line["epoch"] + 1
    for name, value in line["loss"].items():
        board.add_scalar(f"loss/{name}", value, step)
    for name, value in line.get("PublicTest", {}).items():
        board.add_scalar(f"PublicTest/{name}", value, step)
    board.add_scalar("lr", line["lr"], step)
    board.flush()


def _stopped(trainer: Trainer) -> str:
    at = f"stopped in epoch {trainer.epoch + 1} of {trainer.total_epochs}, which is lost"
    if trainer.epoch == 0:
        return f"{at}; nothing is saved yet, start again"
    return f"{at}; the state after epoch {trainer.epoch} is in {trainer.folder / 'last.pt'}, --resume goes on from it"
