"""Captions of the demo's pictures in eight languages; each names its concept.

Every caption scores at least 0.5 for its language with fastText's lid.176 (held by a test).
"""

from itertools import product

from demo.pictures import CONCEPTS

KEPT_LANGUAGES = ("en", "de", "fr", "es", "it", "pl", "ja")
FOREIGN_LANGUAGE = "ru"  # planted, and not kept by recipes/demo.toml

# In the order of demo.pictures.CONCEPTS.
_NOUNS: dict[str, tuple[str, ...]] = {
    "en": (
        "the blue sea", "snowy mountains", "a green forest", "a sandy desert", "a night sky",
        "a red sunset", "a summer meadow", "a big city", "a woven cloth", "old wood",
        "polished marble", "a wall of bricks", "some ripe apples", "colourful balloons",
        "a small sailboat", "a country house", "a yellow sunflower", "some bright fish",
        "a red mushroom", "a flying kite",
    ),
    "de": (
        "Das blaue Meer", "Die verschneiten Berge", "Der grüne Wald", "Die sandige Wüste",
        "Der nächtliche Himmel", "Der rote Sonnenuntergang", "Die Wiese im Sommer",
        "Die große Stadt", "Das gewebte Tuch", "Das alte Holz", "Der polierte Marmor",
        "Die Mauer aus Ziegeln", "Die reifen Äpfel", "Die bunten Luftballons",
        "Das kleine Segelboot", "Das Haus auf dem Land", "Die gelbe Sonnenblume",
        "Die bunten Fische", "Der rote Pilz", "Der fliegende Drachen",
    ),
    "fr": (
        "La mer bleue", "Les montagnes enneigées", "La forêt verte", "Le désert de sable",
        "Le ciel de nuit", "Le coucher de soleil rouge", "La prairie en été", "La grande ville",
        "Le tissu à carreaux", "Le vieux bois", "Le marbre poli", "Le mur de briques",
        "Les pommes mûres", "Les ballons colorés", "Le petit voilier", "La maison de campagne",
        "Le tournesol jaune", "Les poissons brillants", "Le champignon rouge",
        "Le cerf-volant dans le vent",
    ),
    "es": (
        "El mar azul", "Las montañas nevadas", "El bosque verde", "El desierto de arena",
        "El cielo de noche", "La puesta de sol roja", "El prado en verano", "La gran ciudad",
        "La tela de cuadros", "La madera vieja", "El mármol pulido", "La pared de ladrillos",
        "Las manzanas maduras", "Los globos de colores", "El pequeño velero",
        "La casa de campo", "El girasol amarillo", "Los peces brillantes", "La seta roja",
        "La cometa en el viento",
    ),
    "it": (
        "Il mare azzurro", "Le montagne innevate", "La foresta verde", "Il deserto di sabbia",
        "Il cielo di notte", "Il tramonto rosso", "Il prato in estate", "La grande città",
        "La stoffa a quadri", "Il legno vecchio", "Il marmo lucido", "Il muro di mattoni",
        "Le mele mature", "I palloncini colorati", "La piccola barca a vela",
        "La casa di campagna", "Il girasole giallo", "I pesci brillanti", "Il fungo rosso",
        "L'aquilone nel vento",
    ),
    "pl": (
        "Błękitne morze", "Ośnieżone góry", "Zielony las", "Piaszczysta pustynia",
        "Nocne niebo", "Czerwony zachód słońca", "Letnia łąka", "Wielkie miasto",
        "Tkanina w kratę", "Stare drewno", "Polerowany marmur", "Ściana z cegły",
        "Dojrzałe jabłka", "Kolorowe balony", "Mała żaglówka", "Wiejski dom",
        "Żółty słonecznik", "Barwne ryby", "Czerwony grzyb", "Latawiec na wietrze",
    ),
    "ja": (
        "青い海", "雪の山", "緑の森", "砂の砂漠", "夜の空", "赤い夕日", "夏の草原", "大きな街",
        "格子柄の布", "古い木の板", "磨かれた大理石", "れんがの壁", "赤いりんご",
        "色とりどりの風船",
        "小さなヨット", "田舎の家", "黄色いひまわり", "きれいな魚", "赤いきのこ", "空を飛ぶ凧",
    ),
    "ru": (
        "Синее море", "Снежные горы", "Зелёный лес", "Песчаная пустыня", "Ночное небо",
        "Красный закат", "Летний луг", "Большой город", "Клетчатая ткань", "Старое дерево",
        "Гладкий мрамор", "Кирпичная стена", "Спелые яблоки", "Цветные шары", "Маленькая лодка",
        "Деревенский дом", "Жёлтый подсолнух", "Яркие рыбы", "Красный гриб", "Воздушный змей",
    ),
}  # fmt: skip

_FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "This is {} as we saw it in the early morning",
        "Here you can see {} on a very quiet day",
        "We found {} on the way back to our village",
        "My sister painted {} when she was on holiday",
        "This picture shows {} in the soft light of spring",
        "They wanted to show us {} before the rain came",
        "There is {} in every room of this museum",
        "The children have never seen {} like this before",
        "Nobody told me that {} could look so beautiful",
        "You should look at {} with the eyes of a painter",
        "I took this view of {} with my first camera",
        "Every visitor remembers {} from the first evening here",
        "The book begins with {} and ends with a question",
        "What I like most about {} is the changing colour",
    ),
    "de": (
        "{} am frühen Morgen, von der alten Brücke gesehen",
        "{} an einem ruhigen Tag kurz nach dem Regen",
        "{} auf dem Weg zurück in unser kleines Dorf",
        "{} im weichen Licht eines warmen Abends",
    ),
    "fr": (
        "{} que nous avons vu au début de la matinée",
        "{} dans la lumière douce de cette belle journée",
        "{} sur le chemin du retour vers notre village",
        "{} comme on les aime pendant les vacances",
    ),
    "es": (
        "{} que vimos muy temprano por la mañana",
        "{} bajo la luz suave de un día tranquilo",
        "{} en el camino de vuelta a nuestro pueblo",
        "{} después de la lluvia de ayer por la noche",
    ),
    "it": (
        "{} che abbiamo visto questa mattina molto presto",
        "{} nella luce dolce di una giornata tranquilla",
        "{} sulla strada del ritorno verso il nostro paese",
        "{} dopo la pioggia che è caduta ieri sera",
    ),
    "pl": (
        "{} widziane wcześnie rano ze starego mostu",
        "{} w łagodnym świetle spokojnego dnia",
        "{} na drodze powrotnej do naszej wioski",
        "{} krótko po deszczu, który padał wczoraj wieczorem",
    ),
    "ja": (
        "これは 朝早くに見た {} の写真です",
        "静かな日の {} を ゆっくりと眺めました",
        "村へ帰る道で {} を見つけました",
        "雨が降った後の {} は とてもきれいでした",
    ),
    "ru": ("{} ранним утром, вид на старый мост",),
}


def captions(language: str) -> list[tuple[str, str]]:
    """Returns every (concept, caption) of `language`, all different; concepts change fastest."""
    nouns = _NOUNS[language]
    return [
        (concept, frame.format(noun))
        for frame, (concept, noun) in product(_FRAMES[language], zip(CONCEPTS, nouns, strict=True))
    ]


class CaptionStock:
    """Hands out each caption once."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], list[str]] = {}
        for language in (*KEPT_LANGUAGES, FOREIGN_LANGUAGE):
            for concept, caption in captions(language):
                self._left.setdefault((language, concept), []).append(caption)

    def take(self, language: str, concept: str | None = None) -> str:
        """Returns a caption about `concept`, or about what has most of them left.

        Raises:
            IndexError: All are used.
        """
        if concept is None:
            rest = [key for key in self._left if key[0] == language]
            concept = max(rest, key=lambda key: len(self._left[key]))[1]
        return self._left[language, concept].pop(0)
