"""Numbers that look random and can be computed again, and identifiers that lead back to their number.

Nothing about a user is stored: all of it is drawn from the seed, the directory and the user's number.
"""

import hashlib
import re

MASK_32 = (1 << 32) - 1
MASK_64 = (1 << 64) - 1

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NANOID = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

_UUID_VERSION_MASK = ~((0xF << 76) | (0x3 << 62))
_UUID_VERSION_4 = (0x4 << 76) | (0x2 << 62)  # RFC 9562 §5.4
_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}")
_LETTERS_OF_A_NUMBER = 6  # 62 ** 6 > 2 ** 32


def key_of(*parts: object) -> int:
    """Return 64 bits that stand for `parts`."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest())


def draw(key: int, number: int) -> int:
    """Return 64 random-looking bits for `number`: SplitMix64, https://prng.di.unimi.it/splitmix64.c."""
    z = (key + number * 0x9E3779B97F4A7C15) & MASK_64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK_64
    return z ^ (z >> 31)


class Scatter:
    """A keyed permutation of 0…2³²-1, and its inverse."""

    __slots__ = ("_first", "_first_inverse", "_offset", "_second", "_second_inverse")

    def __init__(self, key: int) -> None:
        self._first = (key & MASK_32) | 1
        self._second = (key >> 32) | 1
        self._offset = draw(key, 1) & MASK_32  # else zero would stay zero
        self._first_inverse = pow(self._first, -1, 1 << 32)
        self._second_inverse = pow(self._second, -1, 1 << 32)

    def scatter(self, number: int) -> int:
        mixed = ((number ^ self._offset) * self._first) & MASK_32
        mixed ^= mixed >> 16  # its own inverse on 32 bits
        return (mixed * self._second) & MASK_32

    def gather(self, scattered: int) -> int:
        mixed = (scattered * self._second_inverse) & MASK_32
        mixed ^= mixed >> 16
        return ((mixed * self._first_inverse) & MASK_32) ^ self._offset


class Identifiers:
    """Opaque identifiers of numbers: they show neither count nor order, and are found again without an index.

    The first 32 bits are the scattered number, the rest is a check that only the right number reproduces.
    """

    __slots__ = ("_high", "_low", "_scatter")

    def __init__(self, *parts: object) -> None:
        self._scatter = Scatter(key_of(*parts, "scatter"))
        self._high = key_of(*parts, "high")
        self._low = key_of(*parts, "low")

    def uuid(self, number: int) -> str:
        """Return the number's UUID, version 4 in form."""
        rest = ((draw(self._high, number) << 32) | (draw(self._low, number) & MASK_32)) & ((1 << 96) - 1)
        bits = (self._scatter.scatter(number) << 96) | rest
        digits = f"{(bits & _UUID_VERSION_MASK) | _UUID_VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def number_of_uuid(self, text: str) -> int | None:
        """Return the number whose UUID this is, None if it is nobody's."""
        number = self.number_of_uuid_start(text)
        return number if number is not None and self.uuid(number) == text.lower() else None

    def number_of_uuid_start(self, text: str) -> int | None:
        """Return the number to which the first eight hexadecimal digits belong, None if they are none."""
        try:
            return self._scatter.gather(int(text[:8], 16))
        except ValueError:
            return None

    def whole(self, number: int) -> int:
        """Return the number's identifier as a whole number."""
        return self._scatter.scatter(number)

    def number_of_whole(self, text: str) -> int | None:
        """Return the number whose whole number this is, written in digits; None if it is nobody's."""
        if not _WHOLE.fullmatch(text) or int(text) > MASK_32:
            return None
        return self._scatter.gather(int(text))

    def text(self, number: int, length: int, alphabet: str = LETTERS) -> str:
        """Return the number's identifier of `length` letters (7 to 26)."""
        base = len(alphabet)
        value = self._scatter.scatter(number)
        letters: list[str] = []
        for position in range(length):
            if position == _LETTERS_OF_A_NUMBER:
                value = (draw(self._high, number) << 64) | draw(self._low, number)
            value, digit = divmod(value, base)
            letters.append(alphabet[digit])
        return "".join(letters)

    def number_of_text(self, text: str, length: int, alphabet: str = LETTERS) -> int | None:
        """Return the number whose identifier this is, None if it is nobody's."""
        if len(text) != length or not all(letter in alphabet for letter in text):
            return None
        value = 0
        for letter in reversed(text[:_LETTERS_OF_A_NUMBER]):
            value = value * len(alphabet) + alphabet.index(letter)
        if value > MASK_32:
            return None
        number = self._scatter.gather(value)
        return number if self.text(number, length, alphabet) == text else None
