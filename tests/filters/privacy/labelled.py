"""500 captions with known personal data, from templates as they stand on real pages.

Half hold one to three items, half hold what only looks like some. Numbers are made here, by rules
of their issuers that are written down independently of the filters.
"""

import random
from dataclasses import dataclass
from itertools import pairwise

FIRST = (
    "anna",
    "j.smith",
    "Bob.Miller",
    "info",
    "sales",
    "marie-claire",
    "o_brien",
    "kontakt",
    "x",
)
HOSTS = ("example.com", "gmail.com", "mail.example.co.uk", "web.de", "uni-köln.de", "foo.museum")
AROUND = (
    "Business card of Jane Doe, {0}",
    "Poster for the summer fair: write to {0} or call {1}",
    "Contact {0} for prints of this photograph",
    "For rent: 2 bedroom flat by the sea ({0})",
    "Lost dog, brown and white, please contact {0}. Reward!",
    "Screenshot of the message from {0} on 12 May 2019",
    "Flyer: {0} | {1}",
    "Photo of the shop window; {0}; open 9:00-17:30",
    "Donate: {0}, thank you",
    "{0}",
)
NOTHING = (
    "Cover of the paperback, ISBN 978-{d}-{dd}-{dddddd}-{d}",
    "ISBN-10: {d}-{dddd}-{dddd}-{d}, first edition",
    "The harbour on 2019-0{n}-1{d} at 14:3{d}:2{d}",
    "Concert, 0{n}/1{d}/20{dd}, doors 19:30",
    "The war years 1939-1945 and 1950-1953 in photographs",
    "Oak table 120 x 80 x 75 cm, {ddd} kg",
    "Wallpaper {dddd}x{dddd} px, file IMG_2019{n}1{d}_14{n}2{d}3{d}",
    "Product SKU {dddddddd}, now $1,{ddd}.99 instead of $2,{ddd}.00",
    "Item no. {ddd}-{ddd}-{dddd} in our catalogue",
    "Firmware version 10.{d}.{d}.{dd} for the router at 192.168.1.{dd}",
    "Chrome 96.0.{n}{ddd}.110 on Windows 10.0.19{ddd}",
    "View from 48.{dddd}, 2.{dddd} (Paris) at noon",
    "GPS N 52°{dd}.{ddd} E 013°{dd}.{ddd}",
    "@sunset_{dd} and @mary on the beach",
    "Icon logo@2x.png and logo@3x.png for iPhone",
    "No-reply at the door: nobody was at home in 19{dd}",
    "Meeting at 10:30:{dd}, platform 9, seat 12:{dd}",
    "Canon EOS 5D Mark IV, 1/{dddd} s, f/2.8, ISO {dddd}00",
    "Population 1 {ddd} {ddd} in the census of 20{dd}",
    "Revenue grew from 1,{ddd},{ddd} to 2,{ddd},{ddd} euros",
    "EAN 40{dddd}{dddd}{ddd} printed on the box",
    "Order #{dddddddd}{dd} has shipped",
    "Patent US {d},{ddd},{ddd} drawing sheet 3",
    "Tyres 205/55 R16 and 225/45 R17 {ddd}{d}",
    "Serial {dddd}-{dddd}-{dddd}-{dddd} on the back of the camera",
    "MAC 00:1A:2B:{dd}:4D:5E on the label",
    "Stock photo {dddddddddd}: woman with laptop",
    "Boeing 737-800 registration D-ABKA, flight LH {dddd}",
    "Score 21-19 21-17 in the final, 15,{ddd} spectators",
    "Article DOI 10.1{ddd}/s4{dddd}-0{dd}-{ddddd}-{d}, figure 3",
    "Bible, John 3:16-18 and Matthew 5:1-12:{d}",
    "HS 7318.15.{dd}.90 screws, M6x20, pack of {ddd}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A caption, the page it is on, and the items in it as (kind, what is written)."""

    text: str
    url: str
    items: tuple[tuple[str, str], ...] = ()


def make_captions(count: int = 500, seed: int = 7) -> list[Labelled]:
    """Returns the captions, the same for a seed."""
    rng = random.Random(seed)
    kinds = list(MAKERS)
    captions = []
    for number in range(count):
        if number % 2:
            captions.append(Labelled(fill(rng, NOTHING[number // 2 % len(NOTHING)]), US))
            continue
        template = AROUND[number // 2 % len(AROUND)]
        first = make(rng, kinds[number // 2 % len(kinds)])
        second = make(rng, rng.choice(kinds))
        while second[2] != first[2]:  # one page has one country
            second = make(rng, rng.choice(kinds))
        items = [first[:2], second[:2]] if "{1}" in template else [first[:2]]
        text = template.format(first[1], second[1])
        captions.append(Labelled(text, first[2], tuple(items)))
    return captions


US, GB, DE, FR = (f"http://example.{end}/" for end in ("com", "co.uk", "de", "fr"))
Made = tuple[str, str, str]  # kind, what is written, page


def fill(rng: random.Random, template: str) -> str:
    """Returns the template with random digits for its `d`, and 1 to 9 for its `n`."""
    out = template.replace("{n}", str(rng.randint(1, 9)))
    while "{d" in out:
        start = out.index("{d")
        end = out.index("}", start)
        digits = "".join(rng.choice("0123456789") for _ in range(end - start - 1))
        out = out[:start] + digits + out[end + 1 :]
    return out


def make(rng: random.Random, kind: str) -> Made:
    """Returns an item of a kind."""
    return MAKERS[kind](rng)


def make_email(rng: random.Random) -> Made:
    address = f"{rng.choice(FIRST)}{rng.choice(('', '+tag', '99'))}@{rng.choice(HOSTS)}"
    if rng.random() < 0.15:
        address = address.replace("@", rng.choice((" [at] ", "(at)")))
    return "email", address, US


def make_phone(rng: random.Random) -> Made:
    forms = (
        ("({a}) 555-01{d}{d}", US),
        ("{a}-555-01{d}{d}", US),
        ("{a}.555.01{d}{d}", US),
        ("+1 {a} 555 01{d}{d}", FR),
        ("1-800-555-01{d}{d}", US),
        ("020 7946 0{d}{d}{d}", GB),
        ("+44 20 7946 0{d}{d}{d}", US),
        ("0161 496 0{d}{d}{d}", GB),
        ("+49 30 23125 {d}{d}{d}", US),
        ("+49 (0)30 23125 {d}{d}{d}", DE),
        ("0171 39200{d}{d}", DE),
        ("01 99 00 {d}{d} {d}{d}", FR),
        ("+33 1 99 00 {d}{d} {d}{d}", US),
        ("06 12 34 {d}{d} {d}{d}", FR),
        ("+33 6 12 34 {d}{d} {d}{d}", DE),
        ("+81 3-5555-{d}{d}{d}{d}", US),
        ("+39 06 6982 {d}{d}{d}{d}", US),
        ("+34 91 411 {d}{d} {d}{d}", US),
    )
    form, url = rng.choice(forms)
    while "{d}" in form:
        form = form.replace("{d}", rng.choice("0123456789"), 1)
    return "phone", form.replace("{a}", rng.choice(("212", "415", "617", "305"))), url


def make_card(rng: random.Random) -> Made:
    prefix, length = rng.choice((("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16)))
    body = prefix + "".join(rng.choice("0123456789") for _ in range(length - 1 - len(prefix)))
    digits = next(body + last for last in "0123456789" if luhn_total(body + last) % 10 == 0)
    mark = rng.choice((" ", "-", ""))
    cuts = (0, 4, 10, 15) if length == 15 else (0, 4, 8, 12, 16)
    parts = (digits[start:end] for start, end in pairwise(cuts))
    return "card", mark.join(parts), US


def luhn_total(digits: str) -> int:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total


def make_iban(rng: random.Random) -> Made:
    country, form = rng.choice(
        (("DE", "9" * 18), ("GB", "AAAA" + "9" * 14), ("FR", "9" * 23), ("NL", "AAAA" + "9" * 10),
         ("NO", "9" * 11), ("MT", "AAAA" + "9" * 23))
    )  # fmt: skip
    body = "".join(rng.choice("BCDFGH" if char == "A" else "0123456789") for char in form)
    number = "".join(str("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(c)) for c in body + country)
    iban = f"{country}{98 - int(number + '00') % 97:02d}{body}"
    if rng.random() < 0.5:
        iban = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
    return "iban", iban, US


def make_ip(rng: random.Random) -> Made:
    if rng.random() < 0.3:
        return "ip", f"2a00:1450:4001:{rng.randint(0, 0xFFFF):x}::{rng.randint(1, 0xFFFF):x}", US
    return "ip", f"93.184.{rng.randint(0, 255)}.{rng.randint(1, 254)}", US


MAKERS = {
    "email": make_email,
    "phone": make_phone,
    "card": make_card,
    "iban": make_iban,
    "ip": make_ip,
}
