"""The words that generated records are made of.

Changing a list changes every generated store.
"""

from __future__ import annotations

FIRST_NAMES = (  # noqa: SIM905 - readable as words
    "Ada Aiko Amina Anders Ben Bjorn Carla Chloe Dana David Elif Emma Erik Fatima Felix Freya "
    "Grace Hana Hugo Ines Ivan Jamal Jana Jonas Kaan Karim Kenji Lara Leila Liam Linh Lucia "
    "Mara Marek Mateo Maya Mila Nadia Naoko Nils Noor Olga Omar Oscar Paula Pedro Priya Quinn "
    "Rania Rosa Sami Sara Sofia Sven Taro Tess Tomas Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split()
LAST_NAMES = (  # noqa: SIM905 - readable as words
    "Abe Adler Alves Baker Bauer Berg Blanc Bruno Castro Chen Conti Costa Dahl Diaz Dubois Evans "
    "Falk Ferrari Fischer Garcia Gruber Haddad Hansen Hayashi Hoffman Ito Ivanov Jansen Jones "
    "Kaya Keller Khan Kim Kovacs Kowalski Lang Larsen Leroy Lopez Maeda Mansour Martin Meyer "
    "Moreau Nagy Nasser Novak Okafor Olsen Ozturk Park Patel Petrov Quist Reyes Rossi Santos "
    "Sato Schmidt Silva Tanaka Vogel Weber Yilmaz"
).split()
DOMAINS = ("example.test", "example.com", "mail.example.test", "shop.example.com")

PRODUCTS = (
    ("Ceramic Mug", "Stoneware, 350 ml", 1250),
    ("Desk Lamp", "Brass", 8290),
    ("Fountain Pen", "Fine nib", 3850),
    ("Linen Shirt", "M / White", 5900),
    ("Matcha Set", "Whisk, bowl, tin", 4620),
    ("Notebook", "A5, dotted", 1190),
    ("Olive Oil", "750 ml", 1680),
    ("Canvas Tote", "Natural", 1490),
    ("Wool Blanket", "140 × 200 cm", 11900),
    ("Coffee Beans", "1 kg, whole", 2240),
    ("Tea Towel", "Set of two", 990),
    ("Bread Knife", "Walnut handle", 6450),
    ("Cast-iron Pan", "26 cm", 7490),
    ("Beeswax Candle", "40 h", 1350),
    ("Bicycle Bell", "Copper", 2150),
    ("Rain Jacket", "L / Ochre", 14900),
    ("Running Socks", "39-42", 1290),
    ("Wall Clock", "Oak, 30 cm", 9800),
    ("Field Watch", "Steel, 38 mm", 24900),
    ("Paper Lantern", "Round, 45 cm", 1890),
    ("Chess Set", "Beech", 5450),
    ("Headphones", "Closed, 32 ohm", 17900),
    ("Film Camera", "35 mm, refurbished", 32900),
    ("Sketch Pencils", "Set of twelve", 2390),
    ("Plant Pot", "Terracotta, 18 cm", 1590),
    ("Garden Shears", "Carbon steel", 4190),
    ("Travel Bottle", "500 ml", 2790),
    ("Leather Belt", "90 cm / Tan", 6900),
    ("Silk Scarf", "Indigo", 7900),
    ("Jigsaw Puzzle", "1,000 pieces", 2490),
    ("Honey", "Heather, 500 g", 1150),
    ("Gift Box", "Small", 690),
)
"""Title, variant, and price in euro cents."""

SOURCES = ("newsletter", "search", "social", "partner", "podcast")
BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
)
REFUND_NOTES = (
    None,
    "Arrived damaged",
    "Wrong size",
    "Sent back unopened",
    "Late delivery, goodwill",
)
REFUND_REASONS = ("return", "discount", "claim", "other")
