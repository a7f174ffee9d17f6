"""Captions with personal data as Faker writes it, or with what only looks like some, as JSON.

Faker knows nothing of our patterns: its numbers and formats are its own, of 30 countries.
Dates count back from today, so that another run gives other captions.
Usage: PYTHON_WITH_FAKER benchmarks/peers/personal_data.py SEED COUNT > FILE
"""

import json
import random
import sys
from itertools import pairwise

from faker import Faker

# Locale, and where the country's pages lie.
LOCALES = {
    "en_US": "com", "en_GB": "co.uk", "en_CA": "ca", "en_AU": "com.au", "en_IE": "ie",
    "en_NZ": "co.nz", "en_IN": "in", "de_DE": "de", "de_AT": "at", "de_CH": "ch", "fr_FR": "fr",
    "es_ES": "es", "es_MX": "mx", "it_IT": "it", "pt_BR": "com.br", "pt_PT": "pt", "nl_NL": "nl",
    "pl_PL": "pl", "sv_SE": "se", "no_NO": "no", "da_DK": "dk", "fi_FI": "fi", "cs_CZ": "cz",
    "hu_HU": "hu", "tr_TR": "com.tr", "ru_RU": "ru", "uk_UA": "ua", "ja_JP": "jp", "ko_KR": "kr",
    "el_GR": "gr",
}  # fmt: skip
CARDS = ("visa", "visa16", "visa19", "mastercard", "amex", "diners", "discover", "jcb", "maestro")
SKUS = (
    *("??-####-##", "######-###", "#########"),
    *("??########", "###-####-####", "#### ### ###"),
)
AROUND = (
    "{0}",
    "{words}, {0}",
    "{0} - {words}",
    "{words}. {0}. {words}",
    "Contact {0} to order a print",
    "Flyer of {company} in {city}: {0}",
    "{name}, {job}, {0}",
    "For sale in {city}: {words} ({0})",
    "Business card of {name} | {company} | {0}",
    "Screenshot: {0} wrote on {date}",
    "Tel/Fax/Mail: {0}",
    "Photo of the van of {company} with {0} on its side",
    "Missing cat near {street}, please write or call {0}!",
    "{words} [{0}] {words}",
)
NOTHING = (
    "{words} ISBN {isbn13}",
    "{title} by {name}, {isbn10}, {year}",
    "Box of {words}, EAN {ean13}",
    "Barcode {ean13}",
    "{ean8} on the label of {words}",
    "{words} on {date} at {time}",
    "{date} {city} {words}",
    "{city}, {lat}, {lon}",
    "View of {city} (lat {lat} lon {lon})",
    "{street}, {postcode} {city}",
    "{postcode} {city}: house with {bathrooms} rooms, {price}",
    "{words} {price}, was {price}",
    "{words} {width} x {height} px",
    "{width}x{height} wallpaper of {words}",
    "{words} - {number}-{number}-{number}.jpg",
    "Order {number}{number}, {words}",
    "SKU {sku} {words}",
    "{sku} spare part for {company}",
    "Part no. {number}-{number}, fits {year}-{year}",
    "{year}-{year} {words}",
    "{words} {a}.{b}.{c}.{d} released",
    "Screenshot of {words} v{a}.{b}.{c}.{d}",
    "{uuid}",
    "{mac} printed under the router",
    "{plate} parked in {city}",
    "{time} {words} {time}",
    "Image #{number} by {user}",
    "@{user} and @{user} in {city}",
    "{words} ({a}/{b}/{c}), photo {number}{number}",
    "Population of {city}: {thousands}",
    "{thousands} people at {words}",
    "{words} {a}:{b}:{c}",
    "Score {a}-{b} {c}-{d}, {words}",
    "1/{number} s f/{a}.{b} ISO {thousands}",
    "Tyre {a}{b}5/55 R{c}{d} {words}",
    "hash {md5}",
    "{user_agent}",
    "Icon {word}@2x.png",
)


def main() -> None:
    """Prints COUNT captions: text, url, and items as [kind, start, end]."""
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(seed)
    Faker.seed(seed)
    fakers = {locale: Faker(locale) for locale in LOCALES}
    english = fakers["en_US"]
    for number in range(count):
        locale = rng.choice(list(LOCALES))
        fake = fakers[locale]
        item = make_item(rng, fake, english) if number % 2 == 0 else None
        template = rng.choice(AROUND if item else NOTHING)
        before, mark, after = template.partition("{0}")
        text, after = fill(rng, fake, english, before), fill(rng, fake, english, after)
        items = []
        if item and mark:
            items.append([item[0], len(text), len(text) + len(item[1])])
            text += item[1]
        url = f"https://www.example.{LOCALES[locale]}/page"
        print(json.dumps({"text": text + after, "url": url, "items": items}, ensure_ascii=False))


def make_item(rng: random.Random, fake: Faker, english: Faker) -> tuple[str, str]:
    """Returns a kind and what is written."""
    kind = rng.choice(("email", "phone", "phone", "phone", "card", "iban", "ip"))
    if kind == "email":
        return kind, hide(rng, rng.choice((fake.email, fake.free_email, fake.company_email))())
    if kind == "phone":
        return kind, fake.phone_number()
    if kind == "card":
        return kind, group(rng, english.credit_card_number(rng.choice(CARDS)))
    if kind == "iban":
        iban = rng.choice((fake, english)).iban()
        parts = [iban[n : n + 4] for n in range(0, len(iban), 4)]
        return kind, " ".join(parts) if rng.random() < 0.5 else iban
    if rng.random() < 0.6:
        return kind, english.ipv4_public()
    # Faker draws from all of IPv6; what is handed out begins with 2001, 24, 26, 28 or 2a.
    first = rng.choice(("2600", "2a01", "2406", "2804"))
    return kind, f"{first}:{english.ipv6().partition(':')[2]}"


def hide(rng: random.Random, address: str) -> str:
    """Returns an address, in a third of the cases as people hide it from robots."""
    forms = (" [at] ", "(at)", " (at) ", "[AT]", " {at} ", " at ", " AT ", "@ ", "\uff20")
    if rng.random() < 0.67:
        return address
    hidden = address.replace("@", rng.choice(forms))
    dots = (".", ".", " [dot] ", "(dot)", " dot ", " DOT ")
    name, _, last = hidden.rpartition(".")
    return f"{name}{rng.choice(dots)}{last}"


def group(rng: random.Random, digits: str) -> str:
    """Returns a card's number as it is written: in fours, 4-6-5, or in one piece."""
    mark = rng.choice((" ", "-", ""))
    cuts = [4, 10] if len(digits) in (14, 15) else list(range(4, len(digits), 4))
    ends = [0, *cuts, len(digits)]
    return mark.join(digits[a:b] for a, b in pairwise(ends))


def fill(rng: random.Random, fake: Faker, english: Faker, template: str) -> str:
    """Returns the template with its names replaced."""
    makers = {
        "words": lambda: " ".join(rng.choice((fake, english)).words(rng.randint(2, 5))),
        "word": english.word, "name": fake.name, "company": fake.company, "city": fake.city,
        "street": fake.street_address, "job": english.job, "postcode": fake.postcode,
        "title": lambda: english.sentence(4), "user": english.user_name,
        "isbn13": lambda: english.isbn13(rng.choice(("-", "", " "))),
        "isbn10": lambda: english.isbn10(rng.choice(("-", "", " "))),
        "ean13": english.ean13, "ean8": english.ean8, "uuid": english.uuid4,
        "mac": english.mac_address, "plate": fake.license_plate, "md5": english.md5,
        "user_agent": english.user_agent, "lat": lambda: str(english.latitude()),
        "lon": lambda: str(english.longitude()), "year": english.year,
        "date": lambda: english.date(rng.choice(
            ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y", "%d-%m-%Y", "%Y.%m.%d", "%Y%m%d"))),
        "time": lambda: english.time(rng.choice(("%H:%M", "%H:%M:%S", "%H.%M"))),
        "price": lambda: f"{rng.choice(('$', '€ ', '£'))}{rng.randint(1, 99999):,}"
        f".{rng.randint(0, 99):02d}",
        "width": lambda: str(rng.randint(200, 8000)), "height": lambda: str(rng.randint(200, 8000)),
        "number": lambda: str(rng.randint(100, 99999)),
        "sku": lambda: english.bothify(rng.choice(SKUS)).upper(),
        "bathrooms": lambda: str(rng.randint(1, 9)),
        "thousands": lambda: f"{rng.randint(10**3, 10**8):,}".replace(",", rng.choice(",. ")),
        **{n: (lambda: str(rng.randint(0, 25))) for n in "abcd"},
    }  # fmt: skip
    out = template
    for name, maker in makers.items():
        while "{" + name + "}" in out:
            out = out.replace("{" + name + "}", maker().replace("\n", ", "), 1)
    return out


if __name__ == "__main__":
    main()
